namespace Spinel.DataStructures.Tests;

public sealed class KeyTableRemainsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(30_000)]
    public void What_was_detached_can_be_freed_by_another_thread(int count)
    {
        using CheckedHeap heap = new();
        using KeyTable table = new(heap, HashKey.FromSeed(1));
        for (int i = 0; i < count; i++)
        {
            Insert(table, heap, i);
        }

        KeyTableRemains remains = table.Detach();
        Assert.Equal(0, table.Count);
        Assert.Equal(count, remains.Count);
        Insert(table, heap, 1);
        long freed = 0;
        Thread thread = new(() =>
        {
            ForeignFreeingVisitor visitor = new(heap);
            while (remains.FreeStepFromOtherThread(7, ref visitor))
            {
            }

            freed = visitor.Freed;
        });
        thread.Start();
        thread.Join();
        Assert.Equal(count, freed);
        Assert.Equal(1, table.Count);
        byte[] name = KeyTableModelTests.Name(1);
        table.Remove(name, table.Hash(name)).Free(heap);
    }

    private static void Insert(KeyTable table, CheckedHeap heap, int key)
    {
        KeyBlock block = KeyBlock.CreateString(heap, KeyTableModelTests.Name(key), new byte[key % 2 == 0 ? 10 : 5000], ValueEncoding.Raw);
        table.Insert(block, table.Hash(block.Key));
    }

    private struct ForeignFreeingVisitor(CheckedHeap heap) : IKeyVisitor
    {
        public long Freed;

        public void Visit(KeyBlock block)
        {
            block.FreeFromOtherThread(heap);
            Freed++;
        }
    }
}
