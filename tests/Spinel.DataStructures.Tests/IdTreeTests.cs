using CsCheck;
using Spinel.Memory;
using IdTree = Spinel.DataStructures.OrderedTree<Spinel.DataStructures.StreamId>;
using IdTreeCursor = Spinel.DataStructures.OrderedTreeCursor<Spinel.DataStructures.StreamId>;

namespace Spinel.DataStructures.Tests;

/// <summary>The ordered map of ids against <see cref="SortedDictionary{TKey, TValue}"/>, in order and out of order.</summary>
public sealed class IdTreeTests
{
    [Fact]
    public void A_tree_is_a_sorted_dictionary() =>
        Gen.Select(Gen.Int[0, 4], Gen.ULong[0, 2000]).Array[0, 3000].Sample(
            actions =>
            {
                using NativeHeap heap = new(new HeapOptions(Checked: true));
                var tree = default(IdTree);
                SortedDictionary<StreamId, nint> model = [];
                foreach ((int kind, ulong number) in actions)
                {
                    var id = new StreamId(number / 10, number % 10);
                    if (kind < 3)
                    {
                        Assert.Equal(model.TryAdd(id, (nint)number), tree.TryAdd(heap, id, (nint)number));
                    }
                    else
                    {
                        bool wasThere = model.Remove(id, out nint expected);
                        Assert.Equal(wasThere, tree.TryRemove(heap, id, out nint value));
                        Assert.Equal(expected, value);
                    }
                }

                AssertEqual(ref tree, model);
                foreach (StreamId id in model.Keys.ToArray())
                {
                    Assert.True(tree.TryRemove(heap, id, out _));
                }

                Assert.Equal(0, tree.Count);
                Assert.Equal(0, tree.MemoryBytes);
                Assert.Equal(0, heap.BytesInUse);
            },
            iter: 60);

    [Fact]
    public void The_ids_of_another_tree_are_removed_at_once() =>
        Gen.Select(Gen.ULong[0, 3000].Array[0, 3000], Gen.ULong[0, 3000].Array[0, 3000], Gen.ULong[1, 3000], Gen.ULong[0, 3000]).Sample(
            (first, second, length, start) =>
            {
                using NativeHeap heap = new(new HeapOptions(Checked: true));
                var tree = default(IdTree);
                var others = default(IdTree);
                SortedDictionary<StreamId, nint> model = [];
                foreach (ulong number in first)
                {
                    var id = new StreamId(number / 10, number % 10);
                    tree.TryAdd(heap, id, (nint)number);
                    model[id] = (nint)number;
                }

                // Single ids here and there, and a row of them that empties nodes.
                foreach (ulong number in second.Take((int)start).Concat(first.Where(number => number >= start && number < start + length)))
                {
                    others.TryAdd(heap, new StreamId(number / 10, number % 10), 0);
                    model.Remove(new StreamId(number / 10, number % 10));
                }

                tree.RemoveAll(heap, in others);
                AssertEqual(ref tree, model);
                foreach (ulong number in second)
                {
                    var id = new StreamId(number / 10, number % 10);
                    Assert.Equal(model.TryAdd(id, 1), tree.TryAdd(heap, id, 1));
                }

                AssertEqual(ref tree, model);
                foreach (StreamId id in model.Keys)
                {
                    others.TryAdd(heap, id, 0);
                }

                tree.RemoveAll(heap, in others);
                Assert.Equal(0, tree.Count);
                Assert.Equal(0, tree.MemoryBytes);
                others.Free(heap, ownerThread: true);
                Assert.Equal(0, heap.BytesInUse);
            },
            iter: 60);

    [Fact]
    public void A_tree_filled_in_order_is_full()
    {
        using NativeHeap heap = new(new HeapOptions(Checked: true));
        var tree = default(IdTree);
        const int Count = 100_000;
        for (ulong i = 0; i < Count; i++)
        {
            Assert.True(tree.TryAdd(heap, new StreamId(i, 0), (nint)i));
        }

        Assert.InRange((double)tree.MemoryBytes / Count, 24, 29);
        for (ulong i = 0; i < Count; i++)
        {
            Assert.Equal((nint)i, tree.Find(new StreamId(i, 0)).Value);
        }

        tree.Free(heap, ownerThread: true);
        Assert.Equal(0, heap.BytesInUse);
    }

    private static void AssertEqual(ref IdTree tree, SortedDictionary<StreamId, nint> model)
    {
        Assert.Equal(model.Count, tree.Count);
        List<StreamId> ids = [];
        for (IdTreeCursor cursor = tree.First; !cursor.IsEnd; cursor.MoveNext())
        {
            ids.Add(cursor.Id);
            Assert.Equal(model[cursor.Id], cursor.Value);
        }

        Assert.Equal(model.Keys, ids);
        ids.Clear();
        for (IdTreeCursor cursor = tree.Last; !cursor.IsEnd; cursor.MovePrevious())
        {
            ids.Add(cursor.Id);
        }

        Assert.Equal(model.Keys.Reverse(), ids);
        for (ulong number = 0; number < 2010; number += 7)
        {
            var id = new StreamId(number / 10, number % 10);
            StreamId? ceiling = model.Keys.Where(key => key >= id).Select(key => (StreamId?)key).FirstOrDefault();
            StreamId? floor = model.Keys.Where(key => key <= id).Select(key => (StreamId?)key).LastOrDefault();
            Assert.Equal(ceiling, IdAt(tree.Ceiling(id)));
            Assert.Equal(floor, IdAt(tree.Floor(id)));
            Assert.Equal(model.ContainsKey(id), !tree.Find(id).IsEnd);
        }
    }

    private static StreamId? IdAt(IdTreeCursor cursor) => cursor.IsEnd ? null : cursor.Id;
}
