using CsCheck;
using Spinel.Engine.Commands.Strings;
using Spinel.Memory;

namespace Spinel.Engine.Tests.Commands.Strings;

public sealed class LcsCommandTests
{
    [Fact]
    public void Finds_the_subsequence_its_length_and_its_runs()
    {
        using TestEngine engine = new();
        engine.Run("MSET a ohmytext b mynewtext");
        engine.Run("LCS a b").ShouldBe("$6", "mytext");
        engine.Run("LCS a b LEN").ShouldBe(":6");
        engine.Run("LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN").ShouldBe(
            "*4", "$7", "matches", "*1", "*3", "*2", ":4", ":7", "*2", ":5", ":8", ":4", "$3", "len", ":6");
        engine.Run("LCS a b IDX").ShouldBe(
            "*4", "$7", "matches", "*2", "*2", "*2", ":4", ":7", "*2", ":5", ":8", "*2", "*2", ":2", ":3", "*2", ":0", ":1", "$3", "len", ":6");
    }

    [Fact]
    public void Missing_keys_are_empty_strings()
    {
        using TestEngine engine = new();
        engine.Run("SET a 12");
        engine.Run("LCS a b").ShouldBe("$0", "");
        engine.Run("LCS a b LEN").ShouldBe(":0");
        engine.Run("LCS b b IDX").ShouldBe("*4", "$7", "matches", "*0", "$3", "len", ":0");
    }

    [Theory]
    [InlineData("LCS a b LEN IDX", "-ERR If you want both the length and indexes, please just use IDX.")]
    [InlineData("LCS a b WHAT", "-ERR syntax error")]
    [InlineData("LCS a b MINMATCHLEN", "-ERR syntax error")]
    [InlineData("LCS a b MINMATCHLEN x", "-ERR value is not an integer or out of range")]
    public void Refuses_wrong_options(string command, string error)
    {
        using TestEngine engine = new();
        engine.Run(command).ShouldBe(error);
    }

    [Fact]
    public void The_table_is_bounded()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET proto-max-bulk-len 1mb").ShouldBe("+OK");
        engine.Call("SET", "a", new string('x', 511));
        engine.Run("LCS a a LEN").ShouldBe(":511");
        engine.Run("APPEND a x");
        engine.Run("LCS a a LEN").ShouldBe("-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
    }

    [Fact]
    public void Agrees_with_the_table_of_numbers()
    {
        Gen<byte[]> text = Gen.Byte[97, 100].Array[0, 200];
        Gen.Select(text, text).Sample(pair =>
        {
            (byte[] a, byte[] b) = pair;
            using NativeHeap heap = new(new HeapOptions(Checked: true));
            using NativeBuffer memory = new(heap);
            LongestCommonSubsequence subsequence = new(a, b, memory, keepTable: true);
            List<CommonRun> runs = [];
            while (subsequence.TryTakeRun(out CommonRun run))
            {
                runs.Add(run);
            }

            (int length, List<CommonRun> expected) = Naive(a, b);
            Assert.Equal(length, subsequence.Length);
            Assert.Equal(expected, runs);
        });
    }

    private static (int Length, List<CommonRun> Runs) Naive(byte[] a, byte[] b)
    {
        int[,] table = new int[a.Length + 1, b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                table[i, j] = a[i - 1] == b[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
            }
        }

        List<CommonRun> runs = [];
        int x = a.Length;
        int y = b.Length;
        int length = 0;
        while (x > 0 && y > 0)
        {
            bool equal = a[x - 1] == b[y - 1];
            if (!equal && length > 0)
            {
                runs.Add(new CommonRun(x, y, length));
                length = 0;
            }

            if (equal)
            {
                x--;
                y--;
                length++;
            }
            else if (table[x - 1, y] > table[x, y - 1])
            {
                x--;
            }
            else
            {
                y--;
            }
        }

        if (length > 0)
        {
            runs.Add(new CommonRun(x, y, length));
        }

        return (table[a.Length, b.Length], runs);
    }
}
