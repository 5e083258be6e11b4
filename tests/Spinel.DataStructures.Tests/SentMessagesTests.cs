using System.Text;
using Spinel.Memory;

namespace Spinel.DataStructures.Tests;

public sealed class SentMessagesTests
{
    /// <summary>The sums that are kept up are compared with what the heap has handed out, and with a list of what is there.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_sums_are_those_of_what_is_there(int seed)
    {
        using var heap = new NativeHeap(new HeapOptions(false));
        var random = new Random(seed);
        SentMessages sent = SentMessages.Create(heap);
        ulong nowMs = 1_000_000;
        for (int i = 0; i < 4000; i++)
        {
            nowMs += (ulong)random.Next(300);
            byte[] producer = Name('p', random.Next(30));
            byte[] message = Name('m', random.Next(400));
            switch (random.Next(200))
            {
                case 0:
                    sent.Configure(heap, random.Next(1, 60), random.Next(1, 20));
                    break;
                case 1:
                    sent.ForgetOld(heap, (long)nowMs);
                    break;
                case 2:
                    SentMessages copy = sent.Clone(heap);
                    sent.Free(heap, ownerThread: true);
                    sent = copy;
                    break;
                default:
                    if (!sent.TryFind(heap, producer, message, (long)nowMs, out _))
                    {
                        sent.Add(heap, producer, message, new StreamId(nowMs, 0));
                    }

                    break;
            }

            Assert.Equal(heap.BytesInUse, sent.MemoryBytes);
        }

        StreamValue stream = StreamValue.Create(heap);
        List<SentProducerImage> producers = [];
        sent.CopyTo(producers, stream);
        Assert.NotEmpty(producers);
        Assert.Equal(producers.Sum(static producer => producer.Messages.Count), sent.MessageCount);
        stream.Free(heap, ownerThread: true);
        sent.Free(heap, ownerThread: true);
        Assert.Equal(0, heap.BytesInUse);
    }

    private static byte[] Name(char kind, int number) => Encoding.ASCII.GetBytes(kind + new string('x', number % 7 * 9) + number);
}
