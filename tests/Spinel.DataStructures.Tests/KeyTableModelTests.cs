using System.Globalization;
using System.Text;
using CsCheck;

namespace Spinel.DataStructures.Tests;

/// <summary>The table against a dictionary, under random sequences of operations.</summary>
public sealed class KeyTableModelTests
{
    private enum Operation
    {
        Insert,
        Remove,
        RemoveBlock,
        Replace,
        Find,
        Shrink,
        Detach,
    }

    private static readonly Gen<(Operation Kind, int Key)[]> Sequences = Gen.Select(
        Gen.Frequency(
            (8, Gen.Const(Operation.Insert)), (3, Gen.Const(Operation.Remove)), (2, Gen.Const(Operation.RemoveBlock)),
            (2, Gen.Const(Operation.Replace)), (3, Gen.Const(Operation.Find)), (1, Gen.Const(Operation.Shrink))),
        Gen.Int[0, 400]).Array[0, 1500];

    [Fact]
    public void Table_does_what_a_dictionary_does() => Sequences.Sample(Run, iter: 300);

    [Fact]
    public void Table_does_what_a_dictionary_does_when_emptied_now_and_then() => Gen.Select(
        Gen.Frequency((20, Gen.Const(Operation.Insert)), (5, Gen.Const(Operation.Remove)), (1, Gen.Const(Operation.Detach))),
        Gen.Int[0, 2000]).Array[0, 600].Sample(Run, iter: 100);

    [Fact]
    public void Table_grows_over_many_segments_and_shrinks_back_to_nothing()
    {
        using CheckedHeap heap = new();
        using KeyTable table = new(heap, HashKey.FromSeed(1));
        const int Keys = 60_000;
        for (int i = 0; i < Keys; i++)
        {
            KeyBlock block = KeyBlock.CreateInteger(heap, Name(i), i);
            table.Insert(block, table.Hash(block.Key));
        }

        Assert.True(table.BucketCount > 8000);
        for (int i = 0; i < Keys; i++)
        {
            byte[] name = Name(i);
            Assert.Equal(i, table.Find(name, table.Hash(name)).Integer);
            byte[] absent = Name(i + Keys);
            Assert.True(table.Find(absent, table.Hash(absent)).IsNull);
        }

        for (int i = 0; i < Keys; i++)
        {
            byte[] name = Name(i);
            table.Remove(name, table.Hash(name)).Free(heap);
        }

        Assert.Equal(0, table.Count);
        Assert.Equal(1, table.BucketCount);
        Assert.InRange(table.MemoryBytes, 1, 2000);
    }

    private static void Run((Operation Kind, int Key)[] operations)
    {
        using CheckedHeap heap = new();
        using KeyTable table = new(heap, HashKey.FromSeed(7));
        Dictionary<int, KeyBlock> model = [];
        foreach ((Operation kind, int key) in operations)
        {
            byte[] name = Name(key);
            ulong hash = table.Hash(name);
            bool known = model.TryGetValue(key, out KeyBlock block);
            switch (kind)
            {
                case Operation.Insert when !known:
                    model[key] = KeyBlock.CreateInteger(heap, name, key);
                    table.Insert(model[key], hash);
                    break;
                case Operation.Remove:
                    Assert.Equal(block, table.Remove(name, hash));
                    Forget();
                    break;
                case Operation.RemoveBlock:
                    Assert.Equal(known, table.Remove(block, hash));
                    Forget();
                    break;
                case Operation.Replace when known:
                    KeyBlock moved = block.Clone(heap, name);
                    table.Replace(block, moved, hash);
                    block.Free(heap);
                    model[key] = moved;
                    break;
                case Operation.Shrink:
                    table.ShrinkStep(key % 8);
                    break;
                case Operation.Detach:
                    KeyTableRemains remains = table.Detach();
                    FreeingVisitor visitor = new(heap);
                    while (remains.FreeStep(1 + (key % 50), ref visitor))
                    {
                    }

                    Assert.Equal(model.Count, visitor.Freed);
                    model.Clear();
                    break;
                default:
                    table.PrefetchBucket(hash);
                    table.PrefetchEntry(hash);
                    Assert.Equal(block, table.Find(name, hash));
                    Assert.Equal(known, table.Contains(block, hash));
                    break;
            }

            Assert.Equal(model.Count, table.Count);

            void Forget()
            {
                if (known)
                {
                    block.Free(heap);
                    model.Remove(key);
                }
            }
        }

        foreach ((int key, KeyBlock block) in model)
        {
            Assert.Equal(block, table.Find(Name(key), table.Hash(Name(key))));
            block.Free(heap);
        }
    }

    internal static byte[] Name(int i) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key:{i:d12}"));

    internal struct FreeingVisitor(CheckedHeap heap) : IKeyVisitor
    {
        public long Freed;

        public void Visit(KeyBlock block)
        {
            block.Free(heap);
            Freed++;
        }
    }
}
