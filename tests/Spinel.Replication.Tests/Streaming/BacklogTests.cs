using Spinel.Engine.Sessions;
using Spinel.Memory;
using Spinel.Replication.Streaming;

namespace Spinel.Replication.Tests.Streaming;

public sealed class BacklogTests : IDisposable
{
    private readonly NativeHeap _heap = new(new HeapOptions(true));
    private readonly ChunkPool _pool;
    private readonly Backlog _backlog;

    public BacklogTests()
    {
        _pool = new ChunkPool(_heap);
        _backlog = new Backlog(_pool) { SizeBytes = 100_000 };
        _backlog.Activate();
    }

    public void Dispose()
    {
        _backlog.Dispose();
        _pool.Clear();
        _heap.Dispose();
    }

    [Fact]
    public void What_is_appended_can_be_read_from_any_offset_that_is_kept()
    {
        var random = new Random(1);
        var all = new List<byte>();
        for (int i = 0; i < 400; i++)
        {
            byte[] piece = new byte[random.Next(i % 20 == 0 ? 60_000 : 300)];
            random.NextBytes(piece);
            _backlog.Append(piece);
            all.AddRange(piece);
            _backlog.Trim(long.MaxValue);
            Assert.Equal(all.Count, _backlog.EndOffset);
            Assert.True(_backlog.Length >= Math.Min(all.Count, 100_000));
            Assert.True(_backlog.Length <= 100_000 + 60_000 + ChunkPool.ChunkSize, $"{_backlog.Length}");
            long offset = _backlog.StartOffset + random.NextInt64(_backlog.Length + 1);
            byte[] target = new byte[_backlog.EndOffset - offset];
            Assert.Equal(target.Length, _backlog.CopyTo(offset, target));
            Assert.Equal(all.Skip((int)offset).ToArray(), target);
        }
    }

    [Fact]
    public void What_somebody_is_still_to_be_sent_stays()
    {
        byte[] piece = new byte[50_000];
        for (int i = 0; i < 10; i++)
        {
            _backlog.Append(piece);
            _backlog.Trim(neededFrom: 60_000);
        }

        Assert.InRange(_backlog.StartOffset, 1, 60_000);
        Assert.True(_backlog.Holds(60_000));
        _backlog.Trim(long.MaxValue);
        Assert.False(_backlog.Holds(60_000));
    }

    [Fact]
    public void Chunks_that_a_buffer_refers_to_outlive_the_backlog()
    {
        var output = new OutputBuffer(_pool, new OutputLimits());
        byte[] piece = new byte[70_000];
        new Random(2).NextBytes(piece);
        _backlog.Append(piece);
        long cursor = 10;
        _backlog.Feed(output, ref cursor);
        Assert.Equal(_backlog.EndOffset, cursor);
        _backlog.Free();
        var sent = new MemoryStream();
        while (!output.IsEmpty)
        {
            sent.Write(output.FirstSegment);
            output.Consume(output.FirstSegment.Length);
        }

        Assert.Equal(piece[10..], sent.ToArray());
    }

    [Fact]
    public void A_steady_stream_takes_no_more_memory()
    {
        byte[] piece = new byte[1000];
        long most = 0;
        for (int i = 0; i < 5000; i++)
        {
            _backlog.Append(piece);
            _backlog.Trim(long.MaxValue);
            most = Math.Max(most, _backlog.MemoryBytes);
        }

        Assert.InRange(most, 100_000, 100_000 + (6 * ChunkPool.ChunkSize));
    }

    [Fact]
    public void A_restart_goes_on_from_another_place()
    {
        _backlog.Append(new byte[1000]);
        _backlog.Restart(5000);
        Assert.Equal(5000, _backlog.StartOffset);
        Assert.Equal(0, _backlog.Length);
        _backlog.Append("x"u8);
        Assert.Equal(5001, _backlog.EndOffset);
        Assert.True(_backlog.Holds(5000));
        Assert.False(_backlog.Holds(4999));
    }
}
