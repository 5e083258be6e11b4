using CsCheck;

namespace Spinel.DataStructures.Tests;

/// <summary>The table under hashes that no secret protects: all the same, or the same in the bits that matter.</summary>
public sealed unsafe class EntryTableTests
{
    private static readonly Gen<(bool Insert, int Key)[]> Sequences =
        Gen.Select(Gen.Frequency((3, Gen.Const(true)), (2, Gen.Const(false))), Gen.Int[0, 120]).Array[0, 400];

    [Fact]
    public void Same_hash_for_all() => Sequences.Sample(operations => Run<SameHash>(operations), iter: 100);

    [Fact]
    public void Same_low_bits_for_all() => Sequences.Sample(operations => Run<SameLowBits>(operations), iter: 100);

    [Fact]
    public void Same_tag_for_all() => Sequences.Sample(operations => Run<SameTag>(operations), iter: 100);

    private static void Run<TOps>((bool Insert, int Key)[] operations)
        where TOps : struct, IEntryOps
    {
        using CheckedHeap heap = new();
        EntryTable<TOps> table = new(heap, default);
        Dictionary<int, nint> model = [];
        foreach ((bool insert, int key) in operations)
        {
            byte[] name = BitConverter.GetBytes(key);
            ulong hash = table.Hash(name);
            bool known = model.TryGetValue(key, out nint entry);
            Assert.Equal(entry, table.Find(name, hash));
            Assert.Equal(known, table.Contains(entry, hash));
            if (insert && !known)
            {
                entry = (nint)heap.Heap.Allocate(8);
                *(int*)entry = key;
                table.Insert(heap, entry, hash);
                model.Add(key, entry);
            }
            else if (!insert && known)
            {
                Assert.Equal(entry, table.Remove(heap, name, hash));
                heap.Heap.Free((byte*)entry, 8);
                model.Remove(key);
            }

            Assert.Equal(model.Count, table.Count);
        }

        HashSet<nint> drawn = [];
        Random random = new(1);
        for (int i = 0; i < 50 && model.Count > 0; i++)
        {
            drawn.Add(table.Random(random));
        }

        Assert.True(drawn.IsSubsetOf(model.Values));
        foreach ((int key, nint entry) in model)
        {
            byte[] name = BitConverter.GetBytes(key);
            Assert.Equal(entry, table.Find(name, table.Hash(name)));
            Assert.True(table.Remove(heap, entry, table.Hash(name)));
            heap.Heap.Free((byte*)entry, 8);
        }

        Assert.Equal(0, table.ChildCount);
        table.Free(heap);
    }

    private readonly struct SameHash : IEntryOps
    {
        public static bool CanBeWatched => false;

        public static ReadOnlySpan<byte> KeyOf(nint entry) => new((void*)entry, 4);

        public static ulong Hash(HashKey key, ReadOnlySpan<byte> name) => 0x1234_5678_9ABC_DEF0;
    }

    private readonly struct SameLowBits : IEntryOps
    {
        public static bool CanBeWatched => false;

        public static ReadOnlySpan<byte> KeyOf(nint entry) => new((void*)entry, 4);

        public static ulong Hash(HashKey key, ReadOnlySpan<byte> name) => (ulong)name[0] << 56;
    }

    private readonly struct SameTag : IEntryOps
    {
        public static bool CanBeWatched => false;

        public static ReadOnlySpan<byte> KeyOf(nint entry) => new((void*)entry, 4);

        public static ulong Hash(HashKey key, ReadOnlySpan<byte> name) => key.Hash(name) >> 8;
    }
}
