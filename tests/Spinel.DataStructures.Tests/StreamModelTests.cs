using CsCheck;
using Spinel.Memory;

namespace Spinel.DataStructures.Tests;

/// <summary>A stream against a list of entries: what is added, deleted and cut, and what ranges show in both directions.</summary>
public sealed class StreamModelTests
{
    private sealed record Entry(StreamId Id, (byte[] Field, byte[] Value)[] Pairs);

    private readonly struct Pairs((byte[] Field, byte[] Value)[] pairs) : IStreamFields
    {
        public int Count => pairs.Length;

        public ReadOnlySpan<byte> Field(int index) => pairs[index].Field;

        public ReadOnlySpan<byte> Value(int index) => pairs[index].Value;
    }

    [Fact]
    public void A_stream_is_a_list_of_entries() =>
        Gen.Select(Gen.Int[0, 9], Gen.ULong[0, 6], Gen.ULong[0, 300], Gen.Int[0, 40]).Array[0, 150].Sample(
            actions =>
            {
                using NativeHeap heap = new(new HeapOptions(Checked: true));
                StreamValue stream = StreamValue.Create(heap);
                List<Entry> model = [];
                foreach ((int kind, ulong ms, ulong sequence, int size) in actions)
                {
                    Step(heap, stream, model, kind, ms, sequence, size);
                }

                AssertEqual(stream, model);
                StreamValue copy = stream.Clone(heap);
                stream.Free(heap, ownerThread: true);
                AssertEqual(copy, model);
                copy.Free(heap, ownerThread: true);
                Assert.Equal(0, heap.BytesInUse);
            },
            iter: 300);

    private static void Step(NativeHeap heap, StreamValue stream, List<Entry> model, int kind, ulong ms, ulong sequence, int size)
    {
        StreamId somewhere = model.Count == 0 ? default : model[(int)(sequence % (ulong)model.Count)].Id;
        switch (kind)
        {
            case <= 5:
                (byte[], byte[])[] pairs = kind == 0
                    ? [("other"u8.ToArray(), new byte[size]), ("n"u8.ToArray(), "12345"u8.ToArray())]
                    : [("field"u8.ToArray(), new byte[size * 10])];
                StreamId last = stream.LastId;
                var id = new StreamId(last.Ms + ms, ms == 0 ? last.Sequence + 1 : sequence);
                stream.Append(heap, id, new Pairs(pairs), new StreamLimits(2000, 10));
                model.Add(new Entry(id, pairs));
                break;
            case 6 or 7:
                Assert.Equal(model.RemoveAll(e => e.Id == somewhere), stream.Delete(heap, [somewhere]));
                Assert.Equal(0, stream.Delete(heap, [somewhere]));
                break;
            case 8:
                int kept = Math.Max(0, model.Count - size);
                Assert.Equal(model.Count - kept, stream.TrimToLength(heap, kept, wholeNodes: false, 0));
                model.RemoveRange(0, model.Count - kept);
                break;
            default:
                if (size < 30)
                {
                    long removed = stream.TrimToLength(heap, model.Count / 2, wholeNodes: true, 0);
                    Assert.InRange(removed, 0, model.Count - (model.Count / 2));
                    model.RemoveRange(0, (int)removed);
                }
                else
                {
                    Assert.Equal(model.RemoveAll(e => e.Id < somewhere), stream.TrimToId(heap, somewhere, wholeNodes: false, 0));
                }

                break;
        }

        Assert.Equal(model.Count, stream.Length);
        Assert.Equal(model.Count == 0 ? default : model[0].Id, stream.FirstId);
        List<Entry> behind = [.. model.Where(e => e.Id >= somewhere && e.Id <= new StreamId(somewhere.Ms + ms, sequence))];
        Assert.Equal(behind.Count, stream.CountRange(somewhere, new StreamId(somewhere.Ms + ms, sequence), long.MaxValue));
        Assert.Equal(behind.Select(e => e.Id), Ids(stream.Range(somewhere, new StreamId(somewhere.Ms + ms, sequence))));
        behind.Reverse();
        Assert.Equal(behind.Select(e => e.Id), Ids(stream.Range(somewhere, new StreamId(somewhere.Ms + ms, sequence), backwards: true)));
    }

    private static List<StreamId> Ids(StreamEntries entries)
    {
        List<StreamId> ids = [];
        while (entries.MoveNext())
        {
            ids.Add(entries.Id);
        }

        return ids;
    }

    private static void AssertEqual(StreamValue stream, List<Entry> model)
    {
        Span<byte> digits = stackalloc byte[ListpackNumber.MaxLength];
        foreach (bool backwards in (ReadOnlySpan<bool>)[false, true])
        {
            StreamEntries entries = stream.Range(StreamId.Min, StreamId.Max, backwards);
            foreach (Entry expected in backwards ? model.AsEnumerable().Reverse() : model)
            {
                Assert.True(entries.MoveNext());
                Assert.Equal(expected.Id, entries.Id);
                Assert.Equal(expected.Pairs.Length, entries.FieldCount);
                foreach ((byte[] field, byte[] value) in expected.Pairs)
                {
                    Assert.True(entries.TryReadPair(out ListpackValue actualField, out ListpackValue actualValue));
                    Assert.Equal(field, actualField.GetBytes(digits));
                    Assert.Equal(value, actualValue.GetBytes(digits));
                }

                Assert.False(entries.TryReadPair(out _, out _));
            }

            Assert.False(entries.MoveNext());
        }
    }
}
