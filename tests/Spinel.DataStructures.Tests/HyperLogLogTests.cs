using CsCheck;

namespace Spinel.DataStructures.Tests;

/// <summary>HyperLogLogs: both forms against an array of registers.</summary>
public sealed class HyperLogLogTests
{
    private static readonly Gen<RegisterUpdate> Updates = Gen.Select(
        Gen.Frequency((2, Gen.Int[0, HyperLogLog.RegisterCount - 1]), (3, Gen.Int[0, 90]), (1, Gen.Int[16_300, HyperLogLog.RegisterCount - 1])),
        Gen.Frequency((6, Gen.Int[1, 3]), (3, Gen.Int[1, 32]))).Select((index, value) => new RegisterUpdate(index, (byte)value));

    [Fact]
    public void Both_forms_hold_the_registers() => Updates.Array[0, 400].Sample(updates =>
    {
        byte[] model = new byte[HyperLogLog.RegisterCount];
        byte[] dense = EmptyDense();
        byte[] sparse = new byte[HyperLogLog.DenseBytes];
        HyperLogLog.WriteEmpty(sparse);
        int length = HyperLogLog.EmptyBytes;
        foreach (RegisterUpdate update in updates)
        {
            bool raises = model[update.Index] < update.Value;
            model[update.Index] = Math.Max(model[update.Index], update.Value);
            Assert.Equal(raises, HyperLogLog.RaiseDense(dense, update));
            SparseOutcome outcome = raises ? SparseOutcome.Raised : SparseOutcome.Unchanged;
            Assert.Equal(outcome, HyperLogLog.TestSparse(sparse.AsSpan(0, length), update));
            Assert.Equal(outcome, HyperLogLog.RaiseSparse(sparse, ref length, update, long.MaxValue));
        }

        Assert.Equal(model, Registers(dense));
        Assert.Equal(model, Registers(sparse.AsSpan(0, length)));
        Assert.All(updates, update => Assert.Equal(model[update.Index], HyperLogLog.GetDense(dense, update.Index)));
        Assert.True(HyperLogLog.TryCount(dense, out ulong denseCount));
        Assert.True(HyperLogLog.TryCount(sparse.AsSpan(0, length), out ulong sparseCount));
        Assert.Equal((denseCount, denseCount), (sparseCount, HyperLogLog.Count(model)));

        byte[] rewritten = EmptyDense();
        HyperLogLog.WriteDense(rewritten, model);
        Assert.Equal(dense, rewritten);
    }, iter: 200);

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(5000)]
    [InlineData(100_000)]
    public void Estimates_are_near(int count)
    {
        byte[] dense = EmptyDense();
        for (int i = 0; i < count; i++)
        {
            HyperLogLog.RaiseDense(dense, HyperLogLog.Locate(BitConverter.GetBytes(i)));
        }

        Assert.True(HyperLogLog.TryCount(dense, out ulong estimate));
        Assert.InRange((double)estimate, count * 0.97, count * 1.03);
    }

    [Fact]
    public void Sparse_form_says_when_it_ends()
    {
        byte[] bytes = new byte[64];
        HyperLogLog.WriteEmpty(bytes);
        int length = HyperLogLog.EmptyBytes;
        Assert.Equal(SparseOutcome.NeedsDense, HyperLogLog.RaiseSparse(bytes, ref length, new RegisterUpdate(1, 33), 3000));
        Assert.Equal(SparseOutcome.NeedsDense, HyperLogLog.RaiseSparse(bytes, ref length, new RegisterUpdate(100, 1), length + 2));
        Assert.Equal(SparseOutcome.Raised, HyperLogLog.RaiseSparse(bytes, ref length, new RegisterUpdate(100, 1), length + 3));
        Assert.Equal("Z:100 v:1,1 Z:16283", HyperLogLog.DescribeSparse(bytes.AsSpan(0, length)));
        Assert.Equal(SparseOutcome.Damaged, HyperLogLog.TestSparse(bytes.AsSpan(0, length - 1), new RegisterUpdate(200, 1)));
        Assert.False(HyperLogLog.TryCount(bytes.AsSpan(0, length - 2), out _));
    }

    [Fact]
    public void Damage_never_leads_outside() => Gen.Select(Gen.Byte.Array[0, 40], Updates).Sample((runs, update) =>
    {
        byte[] bytes = new byte[HyperLogLog.EmptyBytes + runs.Length + HyperLogLog.SparseGrowthBytes];
        HyperLogLog.WriteEmpty(bytes);
        runs.CopyTo(bytes.AsSpan(HyperLogLog.EmptyBytes - 2));
        int length = HyperLogLog.EmptyBytes - 2 + runs.Length;
        HyperLogLog.TryMergeInto(new byte[HyperLogLog.RegisterCount], bytes.AsSpan(0, length));
        HyperLogLog.TryCount(bytes.AsSpan(0, length), out _);
        HyperLogLog.DescribeSparse(bytes.AsSpan(0, length));
        HyperLogLog.RaiseSparse(bytes, ref length, update, long.MaxValue);
    }, iter: 5000);

    private static byte[] EmptyDense()
    {
        byte[] bytes = new byte[HyperLogLog.DenseBytes];
        HyperLogLog.WriteEmpty(bytes);
        HyperLogLog.WriteDense(bytes, new byte[HyperLogLog.RegisterCount]);
        return bytes;
    }

    private static byte[] Registers(ReadOnlySpan<byte> bytes)
    {
        byte[] registers = new byte[HyperLogLog.RegisterCount];
        Assert.True(HyperLogLog.TryMergeInto(registers, bytes));
        return registers;
    }
}
