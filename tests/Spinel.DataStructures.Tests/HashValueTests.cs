using System.Text;
using CsCheck;

namespace Spinel.DataStructures.Tests;

/// <summary>Hashes in both forms against a dictionary, with the limits at which they change form.</summary>
public sealed class HashValueTests
{
    private static readonly HashLimits Limits = new(ListpackEntries: 8, ListpackValueBytes: 12, HashKey.FromSeed(3));
    private static readonly HashLimits NoListpack = Limits with { ListpackEntries = 0 };

    private enum Operation
    {
        Set,
        SetKeepingExpiry,
        Remove,
        Get,
        SetExpiry,
        ClearExpiry,
        Expire,
    }

    private static readonly Gen<(Operation Kind, int Field, int Value)[]> Sequences = Gen.Select(
        Gen.Frequency(
            (8, Gen.Const(Operation.Set)), (2, Gen.Const(Operation.SetKeepingExpiry)), (4, Gen.Const(Operation.Remove)), (3, Gen.Const(Operation.Get))),
        Gen.Int[0, 40], Gen.Int[0, 30]).Array[0, 200];

    private static readonly Gen<(Operation Kind, int Field, int Value)[]> ExpirySequences = Gen.Select(
        Gen.Frequency(
            (8, Gen.Const(Operation.Set)), (4, Gen.Const(Operation.SetKeepingExpiry)), (3, Gen.Const(Operation.Remove)), (8, Gen.Const(Operation.SetExpiry)),
            (3, Gen.Const(Operation.ClearExpiry)), (2, Gen.Const(Operation.Expire))),
        Gen.Int[0, 60], Gen.Int[0, 30]).Array[0, 400];

    [Fact]
    public void Hash_does_what_a_dictionary_does() => Sequences.Sample(operations => Run(operations, Limits), iter: 400);

    [Fact]
    public void Table_does_what_a_dictionary_does() => Sequences.Sample(operations => Run(operations, NoListpack), iter: 200);

    [Fact]
    public void Expiries_come_in_order_and_go_with_their_fields() => ExpirySequences.Sample(operations => Run(operations, Limits), iter: 400);

    [Fact]
    public void Long_fields_and_values_keep_their_bytes_in_tables()
    {
        using CheckedHeap heap = new();
        HashValue hash = HashValue.Create(heap);
        int[] lengths = [0, 1, 254, 255, 256, 4096, 70_000];
        foreach (int fieldLength in lengths)
        {
            foreach (int valueLength in lengths)
            {
                byte[] field = Bytes(fieldLength, 'f');
                Assert.Equal(valueLength == lengths[0], hash.Set(field, Bytes(valueLength, 'v'), Limits));
                Assert.True(hash.TryGet(field, out ListpackValue value));
                Assert.Equal(Bytes(valueLength, 'v'), value.GetBytes(new byte[20]));
                hash.SetExpiry(field, 1000 + valueLength, Limits);
                Assert.True(hash.TryGet(field, out value));
                Assert.Equal(valueLength, value.Length);
            }
        }

        Assert.Equal(lengths.Length, hash.Count);
        Assert.Equal(71_000, hash.NextExpiryMs);
        hash.Free();
    }

    [Fact]
    public void Big_hash_grows_is_walked_copied_and_shrinks()
    {
        using CheckedHeap heap = new();
        const int Fields = 5000;
        HashValue hash = HashValue.Create(heap);
        for (int i = 0; i < Fields; i++)
        {
            Assert.True(hash.Set(Name(i), Name(i * 2), Limits));
        }

        Assert.Equal(ValueEncoding.HashTable, hash.Encoding);
        HashSet<string> seen = [];
        ulong cursor = 0;
        do
        {
            cursor = hash.ScanStep(cursor, out HashFields step);
            while (step.MoveNext())
            {
                Assert.True(seen.Add(Encoding.ASCII.GetString(step.Field.Bytes)));
            }
        }
        while (cursor != 0);
        Assert.Equal(Fields, seen.Count);

        KeyBlock block = KeyBlock.CreateObject(heap, "key"u8, ValueKind.Hash, hash.Encoding, hash.Payload);
        KeyBlock copy = KeyBlock.CreateObject(heap, "copy"u8, ValueKind.Hash, hash.Encoding, CollectionPayload.Clone(heap, block));
        Assert.Equal(CollectionPayload.FreeEffort(block), CollectionPayload.FreeEffort(copy));
        for (int i = 0; i < Fields; i++)
        {
            Assert.True(hash.Remove(Name(i)));
        }

        Assert.Equal(0, hash.Count);
        HashValue copied = new(heap, copy);
        Assert.True(copied.TryGet(Name(4321), out ListpackValue value));
        Assert.Equal(Name(8642), value.GetBytes(new byte[20]));
        CollectionPayload.Free(heap, block);
        block.Free(heap);
        Thread freer = new(() =>
        {
            CollectionPayload.FreeFromOtherThread(heap, copy);
            copy.FreeFromOtherThread(heap);
        });
        freer.Start();
        freer.Join();
    }

    [Theory]
    [InlineData(6, 0)]
    [InlineData(6, 3)]
    [InlineData(6, 6)]
    [InlineData(6, 100)]
    [InlineData(400, 20)]
    [InlineData(400, 99)]
    [InlineData(400, 300)]
    [InlineData(400, 400)]
    [InlineData(400, 1000)]
    public void Sample_has_different_fields_and_each_comes_as_often(int fields, int wanted)
    {
        using CheckedHeap heap = new();
        HashValue hash = HashValue.Create(heap);
        for (int i = 0; i < fields; i++)
        {
            hash.Set(Name(i), Name(i), Limits);
        }

        Random random = new(42);
        int rounds = 200_000 / fields;
        Dictionary<string, int> times = [];
        for (int round = 0; round < rounds; round++)
        {
            HashSet<string> sample = [];
            using HashSample picks = hash.Sample(random, wanted);
            while (picks.MoveNext())
            {
                byte[] name = picks.Field.GetBytes(new byte[20]).ToArray();
                Assert.Equal(name, picks.Value.GetBytes(new byte[20]));
                string text = Encoding.ASCII.GetString(name);
                Assert.True(sample.Add(text));
                times[text] = times.GetValueOrDefault(text) + 1;
            }

            Assert.Equal(Math.Min(fields, wanted), sample.Count);
        }

        // Chance alone moves a count by more than six standard deviations once in a billion.
        double share = Math.Min(1.0, wanted / (double)fields);
        double deviation = Math.Sqrt(rounds * share * (1 - share));
        Assert.All(times.Values, count => Assert.InRange(count, (rounds * share) - (6 * deviation) - 1, (rounds * share) + (6 * deviation) + 1));
        Assert.Equal(wanted == 0 ? 0 : fields, times.Count);
        hash.Free();
    }

    [Fact]
    public void Field_of_16_bytes_with_a_value_of_16_takes_at_most_60_bytes()
    {
        using Memory.NativeHeap heap = new();
        HashValue hash = HashValue.Create(heap);
        const int Fields = 100_000;
        for (int i = 0; i < Fields; i++)
        {
            byte[] name = Encoding.ASCII.GetBytes($"field:{i:d10}");
            hash.Set(name, name, Limits);
        }

        Assert.InRange(heap.BytesInUse / (double)Fields, 40, 60);
        KeyBlock block = KeyBlock.CreateObject(heap, "k"u8, ValueKind.Hash, hash.Encoding, hash.Payload);
        Assert.Equal(heap.BytesInUse, CollectionPayload.MemoryBytes(block));
        hash.Free();
        block.Free(heap);
        Assert.Equal(0, heap.BytesInUse);
    }

    private static void Run((Operation Kind, int Field, int Value)[] operations, HashLimits limits)
    {
        using CheckedHeap heap = new();
        HashValue hash = HashValue.Create(heap);
        Dictionary<int, (byte[] Value, long Expiry)> model = [];
        byte[] digits = new byte[ListpackNumber.MaxLength];
        long now = 0;
        foreach ((Operation kind, int number, int seed) in operations)
        {
            byte[] field = Name(number);
            bool known = model.TryGetValue(number, out (byte[] Value, long Expiry) state);
            switch (kind)
            {
                case Operation.Set or Operation.SetKeepingExpiry:
                    bool keep = kind == Operation.SetKeepingExpiry;
                    Assert.Equal(!known, hash.Set(field, Content(seed), limits, keep));
                    model[number] = (Content(seed), keep && known ? state.Expiry : -1);
                    break;
                case Operation.Remove:
                    Assert.Equal(known, hash.Remove(field));
                    model.Remove(number);
                    break;
                case Operation.SetExpiry when known:
                    hash.SetExpiry(field, now + seed, limits);
                    model[number] = (state.Value, now + seed);
                    break;
                case Operation.ClearExpiry when known:
                    hash.SetExpiry(field, KeyBlock.NoExpiry, limits);
                    model[number] = (state.Value, -1);
                    break;
                case Operation.Expire:
                    now += seed;
                    while (hash.TryGetExpired(now, out ReadOnlySpan<byte> due))
                    {
                        int gone = model.First(pair => Name(pair.Key).AsSpan().SequenceEqual(hash.TryGetExpired(now, out ReadOnlySpan<byte> same) ? same : default)).Key;
                        Assert.InRange(model[gone].Expiry, 0, now);
                        Assert.True(hash.Remove(due.ToArray()));
                        model.Remove(gone);
                    }

                    Assert.DoesNotContain(model.Values, value => value.Expiry >= 0 && value.Expiry <= now);
                    break;
                default:
                    break;
            }

            Assert.Equal(model.Count, hash.Count);
            Assert.Equal(model.Values.Count(value => value.Expiry >= 0), hash.ExpiringCount);
            Assert.Equal(model.Values.Where(value => value.Expiry >= 0).Select(value => value.Expiry).DefaultIfEmpty(long.MaxValue).Min(), hash.NextExpiryMs);
            bool has = model.TryGetValue(number, out state);
            Assert.Equal(has, hash.Contains(field));
            Assert.Equal(has, hash.TryGet(field, out ListpackValue value));
            Assert.Equal(has, hash.TryGetExpiry(field, out long expiry));
            if (has)
            {
                Assert.Equal(state.Value, value.GetBytes(digits));
                Assert.Equal(state.Value.Length, value.Length);
                Assert.Equal(state.Expiry, expiry);
            }
        }

        Dictionary<string, string> all = [];
        HashFields fields = hash.Fields;
        while (fields.MoveNext())
        {
            all.Add(Encoding.Latin1.GetString(fields.Field.GetBytes(digits)), Encoding.Latin1.GetString(fields.Value.GetBytes(digits)));
        }

        Assert.Equal(
            model.ToDictionary(pair => Encoding.Latin1.GetString(Name(pair.Key)), pair => Encoding.Latin1.GetString(pair.Value.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal),
            all.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        hash.Free();
    }

    /// <summary>Names of which some are numbers and some too long for the listpack.</summary>
    private static byte[] Name(int number) => Encoding.ASCII.GetBytes(number switch
    {
        < 20 => $"{number}",
        < 38 => $"field{number}",
        < 41 => $"a field too long {number}",
        _ => $"f{number}",
    });

    private static byte[] Content(int seed) => seed switch
    {
        < 10 => Encoding.ASCII.GetBytes($"{(seed * 12_345L) - 50_000}"),
        < 20 => Bytes(seed - 10, 'x'),
        _ when seed % 5 == 0 => Bytes(seed * 20, 'y'),
        _ => Bytes(12, 'z'),
    };

    private static byte[] Bytes(int length, char filling) => [.. Enumerable.Repeat((byte)filling, length)];
}
