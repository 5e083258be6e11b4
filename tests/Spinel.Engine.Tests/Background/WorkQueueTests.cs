using Spinel.Engine.Background;

namespace Spinel.Engine.Tests.Background;

public sealed class WorkQueueTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Everything_arrives_in_order_and_once(int wakeAt)
    {
        const int Count = 100_000;
        var queue = new WorkQueue<int>(wakeAt);
        var taken = new List<int>();
        var taker = new Thread(() =>
        {
            while (queue.TryTake(out int item))
            {
                taken.Add(item);
            }
        });
        taker.Start();
        for (int i = 0; i < Count; i++)
        {
            queue.Add(i);
            if (i % 1000 == 0)
            {
                // The taker falls asleep now and then.
                Thread.Sleep(1);
            }
        }

        queue.Complete();
        taker.Join();
        Assert.Equal(Enumerable.Range(0, Count), taken);
    }

    [Fact]
    public void Fewer_pieces_than_are_worth_waking_for_arrive_too()
    {
        var queue = new WorkQueue<int>(wakeAt: 8);
        using var arrived = new ManualResetEventSlim();
        var taker = new Thread(() =>
        {
            while (queue.TryTake(out _))
            {
                arrived.Set();
            }
        });
        taker.Start();
        queue.Add(1);
        Assert.True(arrived.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        queue.Complete();
        taker.Join();
    }

    [Fact]
    public void A_complete_queue_gives_what_it_has_and_then_no_more()
    {
        var queue = new WorkQueue<int>();
        queue.Add(1);
        queue.Complete();
        queue.Add(2);
        Assert.Equal(2, queue.Count);
        Assert.True(queue.TryTake(out int first));
        Assert.Equal(1, first);
        Assert.True(queue.TryTakeNow(out int second));
        Assert.Equal(2, second);
        Assert.False(queue.TryTake(out _));
        Assert.False(queue.TryTakeNow(out _));
    }

    [Fact]
    public void Who_sleeps_hears_that_nothing_follows()
    {
        var queue = new WorkQueue<int>();
        bool? taken = null;
        var taker = new Thread(() => taken = queue.TryTake(out _));
        taker.Start();
        Thread.Sleep(5);
        queue.Complete();
        taker.Join();
        Assert.False(taken);
    }
}
