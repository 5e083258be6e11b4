using CsCheck;

namespace Spinel.DataStructures.Tests;

/// <summary>Intsets against a sorted set, and their validation.</summary>
public sealed class IntsetTests
{
    private static readonly Gen<long> Small = Gen.Long[-30, 30];

    [Fact]
    public void Set_holds_its_members() => Gen.Select(
        Gen.Bool,
        Gen.Frequency((5, Small), (3, ListpackNumberTests.Integers)),
        Gen.Frequency((6, Small), (1, ListpackNumberTests.Integers))).Array[0, 60].Sample(Run, iter: 2000);

    [Fact]
    public void Width_grows_and_never_shrinks()
    {
        using CheckedHeap heap = new();
        Intset set = Intset.Create(heap);
        (long Value, int Width)[] steps = [(1, 2), (-32768, 2), (32768, 4), (int.MinValue, 4), (2, 4), ((long)int.MinValue - 1, 8)];
        foreach ((long value, int width) in steps)
        {
            set = set.Add(heap, value, out bool added);
            Assert.True(added);
            Assert.Equal(width, set.Width);
        }

        foreach ((long value, _) in steps)
        {
            set = set.Remove(heap, value, out bool removed);
            Assert.True(removed);
        }

        Assert.Equal((8, 0, Intset.EmptyBytes), (set.Width, set.Count, set.TotalBytes));
        set.Free(heap);
    }

    [Fact]
    public void Index_outside_is_refused()
    {
        using CheckedHeap heap = new();
        Intset set = Intset.Create(heap).Add(heap, 1, out _);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.At(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.At(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.RemoveAt(heap, 1));
        set.Free(heap);
    }

    [Fact]
    public void Random_members_are_all_members()
    {
        using CheckedHeap heap = new();
        Intset set = Intset.Create(heap);
        for (int i = 0; i < 10; i++)
        {
            set = set.Add(heap, i * 1000, out _);
        }

        Random random = new(1);
        HashSet<long> seen = [.. Enumerable.Range(0, 300).Select(_ => set.Random(random))];
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i * 1000L), seen.Order());
        set.Free(heap);
    }

    [Fact]
    public void Damage_is_refused()
    {
        byte[] good = [2, 0, 0, 0, 2, 0, 0, 0, 0xFF, 0xFF, 1, 0];
        Assert.True(Intset.Validate(good, deep: true));
        (int Offset, byte Value)[] headers = [(0, 0), (0, 1), (0, 3), (0, 4), (0, 8), (1, 1), (4, 1), (4, 3), (7, 0x80)];
        foreach ((int offset, byte value) in headers)
        {
            byte[] bad = [.. good];
            bad[offset] = value;
            Assert.False(Intset.Validate(bad, deep: false), $"byte {offset} = {value:x2}");
        }

        byte[] equal = [2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 1, 0];
        byte[] descending = [2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0xFF, 0xFF];
        Assert.False(Intset.Validate(equal, deep: true));
        Assert.False(Intset.Validate(descending, deep: true));
        Assert.False(Intset.Validate([2, 0, 0, 0, 0, 0, 0, 0], deep: true));
        for (int length = 0; length < good.Length; length++)
        {
            Assert.False(Intset.Validate(good.AsSpan(0, length), deep: false));
        }
    }

    private static void Run((bool Adds, long Value, long Probe)[] changes)
    {
        using CheckedHeap heap = new();
        SortedSet<long> model = [];
        Intset set = Intset.Create(heap);
        foreach ((bool adds, long value, long probe) in changes)
        {
            if (adds)
            {
                set = set.Add(heap, value, out bool added);
                Assert.Equal(model.Add(value), added);
            }
            else
            {
                set = set.Remove(heap, value, out bool removed);
                Assert.Equal(model.Remove(value), removed);
            }

            Check(set, [.. model], probe);
        }

        Intset copy = set.Copy(heap);
        set.Free(heap);
        Check(copy, [.. model], 0);
        copy.Free(heap);
    }

    private static void Check(Intset set, long[] model, long probe)
    {
        Assert.Equal(model.Length, set.Count);
        Assert.Equal(model.Length > 0, Intset.Validate(set.Bytes, deep: true));
        Assert.Equal(Array.BinarySearch(model, probe), set.Find(probe));
        Assert.Equal(model.Contains(probe), set.Contains(probe));
        for (int i = 0; i < model.Length; i++)
        {
            Assert.Equal(model[i], set.At(i));
            Assert.Equal(i, set.Find(model[i]));
        }

        if (model.Length > 0)
        {
            Assert.Equal((model[0], model[^1]), (set.Min, set.Max));
        }
    }
}
