using System.Buffers;
using CsCheck;

namespace Spinel.Memory.Tests;

public sealed class NativeBufferTests : IDisposable
{
    private readonly NativeHeap _heap = new(new HeapOptions(Checked: true));

    public void Dispose() => _heap.Dispose();

    [Fact]
    public void Sequences_behave_like_a_list_of_bytes()
        => Gen.Select(Gen.Int[0, 7], Gen.Int[0, 3000]).Array[0, 200].Sample(
            steps =>
            {
                using var heap = new NativeHeap(new HeapOptions(Checked: true));
                using var buffer = new NativeBuffer(heap, steps.Length % 3 * 100);
                var model = new List<byte>();
                byte next = 0;
                foreach ((int kind, int size) in steps)
                {
                    switch (kind)
                    {
                        case <= 2:
                            byte[] bytes = new byte[size];
                            bytes.AsSpan().Fill(++next);
                            buffer.Append(bytes);
                            model.AddRange(bytes);
                            break;
                        case 3:
                            buffer.GetSpan(size)[..size].Fill(++next);
                            buffer.Advance(size);
                            model.AddRange(Enumerable.Repeat(next, size));
                            break;
                        case <= 5:
                            int dropped = Math.Min(size, model.Count);
                            buffer.Consume(dropped);
                            model.RemoveRange(0, dropped);
                            break;
                        case 6:
                            int kept = Math.Max(0, model.Count - size);
                            buffer.Truncate(kept);
                            model.RemoveRange(kept, model.Count - kept);
                            break;
                        default:
                            if (size % 2 == 0)
                            {
                                buffer.EnsureCapacity(size * 3);
                                Assert.True(buffer.Length + buffer.FreeBytes >= size * 3);
                            }
                            else
                            {
                                buffer.Shrink(size);
                            }

                            break;
                    }

                    Assert.True(buffer.WrittenSpan.SequenceEqual(model.ToArray()));
                    Assert.Equal(model.Count, buffer.Length);
                    Assert.Equal(buffer.Capacity, heap.BytesInUse);
                }
            },
            iter: 100,
            threads: 1);

    [Fact]
    public void Growth_is_amortised_when_a_full_buffer_is_consumed_a_byte_at_a_time()
    {
        using var buffer = new NativeBuffer(_heap, 1024);
        buffer.Append(new byte[buffer.Capacity]);
        int capacity = buffer.Capacity;
        for (int i = 0; i < 10_000; i++)
        {
            buffer.Consume(1);
            buffer.Append([(byte)i]);
        }

        Assert.Equal(capacity, buffer.Length);
        Assert.InRange(buffer.Capacity, capacity, 2 * capacity);
    }

    [Fact]
    public void Limits_are_errors()
    {
        using var buffer = new NativeBuffer(_heap, 16);
        buffer.Append([1]);
        Assert.Throws<InvalidOperationException>(() => buffer.EnsureCapacity(int.MaxValue));
        Assert.Throws<InvalidOperationException>(() => buffer.GetSpan(int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Consume(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Consume(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(buffer.FreeBytes + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Truncate(2));
        Assert.Throws<NotSupportedException>(() => ((IBufferWriter<byte>)buffer).GetMemory(1));
        Assert.Equal(1, buffer.Length);
    }

    [Fact]
    public unsafe void The_pointer_sees_the_same_bytes()
    {
        using var buffer = new NativeBuffer(_heap, 16);
        buffer.Append([7]);
        Assert.Equal(7, *buffer.Pointer);
        Assert.Equal([7], buffer.Span.ToArray());
    }
}
