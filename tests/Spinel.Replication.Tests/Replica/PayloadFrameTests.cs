using System.Text;
using CsCheck;
using Spinel.Replication.Replica;

namespace Spinel.Replication.Tests.Replica;

/// <summary>The end of a file that a primary sends is found however the bytes are cut.</summary>
public sealed class PayloadFrameTests
{
    private static readonly byte[] Mark = Encoding.ASCII.GetBytes("0123456789abcdefghijABCDEFGHIJklmnopqrst");

    [Fact]
    public void Whatever_follows_the_file_is_not_part_of_it() =>
        (from marked in Gen.Bool
         from file in Bytes(0, 200)
         from rest in Bytes(0, 20)
         from cuts in Gen.Int[1, 60].Array[1, 40]
         select (marked, file, rest, cuts)).Sample(x => Check(x.marked, x.file, x.rest, x.cuts), iter: 3000);

    [Theory]
    [InlineData("$12x")]
    [InlineData("$-1")]
    [InlineData("$")]
    [InlineData("12")]
    [InlineData("$EOF:tooshort")]
    [InlineData("+FULLRESYNC")]
    public void What_is_no_frame_is_refused(string line) => Assert.Null(PayloadFrame.Parse(Encoding.ASCII.GetBytes(line)));

    /// <summary>Bytes in which beginnings of the mark are frequent.</summary>
    private static Gen<byte[]> Bytes(int least, int most) =>
        from parts in Gen.Int[0, 39].Array[least / 10, Math.Max(1, most / 10)]
        select parts.SelectMany(length => Mark[..length]).ToArray();

    private static void Check(bool marked, byte[] file, byte[] rest, int[] cuts)
    {
        byte[] input = [.. file, .. marked ? Mark : [], .. rest];
        PayloadFrame frame = PayloadFrame.Parse(Encoding.ASCII.GetBytes(marked ? "$EOF:" + Encoding.ASCII.GetString(Mark) : $"${file.Length}"))!;
        Assert.Equal(marked ? -1 : file.Length, frame.TotalBytes);
        var target = new Target();
        int at = 0;
        for (int i = 0; at < input.Length && !frame.IsComplete; i++)
        {
            int length = Math.Min(cuts[i % cuts.Length], input.Length - at);
            int used = frame.Pass(input.AsSpan(at, length), target);
            Assert.True(used == length || frame.IsComplete);
            at += used;
        }

        if (input.Length > 0)
        {
            Assert.True(frame.IsComplete);
        }

        Assert.Equal(file, target.Bytes);
        Assert.Equal(rest, input[at..]);
    }

    private sealed class Target : IPayloadTarget
    {
        public List<byte> Bytes { get; } = [];

        public void Take(ReadOnlySpan<byte> bytes) => Bytes.AddRange(bytes);
    }
}
