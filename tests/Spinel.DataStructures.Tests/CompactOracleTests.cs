using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Spinel.TestSupport;

namespace Spinel.DataStructures.Tests;

/// <summary>Listpacks and intsets are, byte for byte, what the real server keeps: DUMP shows its own blocks.</summary>
public sealed class CompactOracleTests
{
    private const byte IntsetType = 11;
    private const byte HashListpackType = 16;
    private const int TrailerBytes = 10;

    [Fact]
    public void Blocks_are_those_of_the_real_server()
    {
        using ServerProcess server = ServerProcess.Start(Oracle.Require().With(
            "--rdbcompression", "no", "--hash-max-listpack-entries", "1000", "--hash-max-listpack-value", "1000000000"));
        using RespConnection client = server.Connect();
        Compare_texts(client);
        Compare_integers(client);
        Compare_changes(client);
        Compare_intsets(client);
    }

    private static void Compare_texts(RespConnection client)
    {
        using CheckedHeap heap = new();
        Listpack listpack = Listpack.Create(heap);
        foreach (int length in ListpackModelTests.BoundaryLengths)
        {
            byte[] field = Encoding.ASCII.GetBytes("f" + length.ToString(CultureInfo.InvariantCulture));
            byte[] value = KeyBlockTests.Bytes(length, length);
            Run(client, "HSET"u8.ToArray(), "texts"u8.ToArray(), field, value);
            listpack = listpack.AppendPair(heap, field, value);
        }

        AssertDump(client, "texts", HashListpackType, listpack.Bytes);
        listpack.Free(heap);
    }

    private static void Compare_integers(RespConnection client)
    {
        using CheckedHeap heap = new();
        Listpack listpack = Listpack.Create(heap);
        IEnumerable<string> texts = ListpackNumberTests.BoundaryIntegers.Distinct()
            .Select(n => n.ToString(CultureInfo.InvariantCulture)).Concat(ListpackNumberTests.NotIntegers);
        foreach (string text in texts)
        {
            byte[] field = Encoding.UTF8.GetBytes(text);
            Run(client, "HSET"u8.ToArray(), "integers"u8.ToArray(), field, field);
            listpack = listpack.AppendPair(heap, field, field);
        }

        AssertDump(client, "integers", HashListpackType, listpack.Bytes);
        listpack.Free(heap);
    }

    private static void Compare_changes(RespConnection client)
    {
        using CheckedHeap heap = new();
        Listpack listpack = Listpack.Create(heap);
        Random random = new(7);
        for (int i = 0; i < 400; i++)
        {
            byte[] field = Encoding.ASCII.GetBytes(random.Next(40).ToString(CultureInfo.InvariantCulture));
            int position = listpack.Find(field, listpack.First, 1);
            if (random.Next(4) == 0)
            {
                Run(client, "HDEL"u8.ToArray(), "changes"u8.ToArray(), field);
                listpack = position < 0 ? listpack : listpack.Delete(heap, position, 2);
                continue;
            }

            byte[] value = KeyBlockTests.Bytes(random.Next(200), i);
            Run(client, "HSET"u8.ToArray(), "changes"u8.ToArray(), field, value);
            listpack = position < 0 ? listpack.AppendPair(heap, field, value) : listpack.Replace(heap, listpack.Next(position), value);
        }

        AssertDump(client, "changes", HashListpackType, listpack.Bytes);
        listpack.Free(heap);
    }

    private static void Compare_intsets(RespConnection client)
    {
        using CheckedHeap heap = new();
        Intset set = Intset.Create(heap);
        long[] members = [5, -3, 32767, -32768, 7, 32768, 100_000, -5, int.MinValue, 1L << 40, 12, long.MinValue, long.MaxValue];
        foreach (long member in members)
        {
            byte[] text = Encoding.ASCII.GetBytes(member.ToString(CultureInfo.InvariantCulture));
            Run(client, "SADD"u8.ToArray(), "numbers"u8.ToArray(), text);
            set = set.Add(heap, member, out _);
            AssertDump(client, "numbers", IntsetType, set.Bytes);
        }

        foreach (long member in new[] { 1L << 40, 5, long.MinValue })
        {
            byte[] text = Encoding.ASCII.GetBytes(member.ToString(CultureInfo.InvariantCulture));
            Run(client, "SREM"u8.ToArray(), "numbers"u8.ToArray(), text);
            set = set.Remove(heap, member, out _);
            AssertDump(client, "numbers", IntsetType, set.Bytes);
        }

        set.Free(heap);
    }

    private static void Run(RespConnection client, params byte[][] arguments)
    {
        client.Send(arguments);
        RespValue reply = client.ReadReply().Value;
        Assert.False(reply.IsError, reply.ToString());
    }

    /// <summary>A dump is the type, the length in RDB's form, the block, and a trailer of version and checksum.</summary>
    private static void AssertDump(RespConnection client, string key, byte type, ReadOnlySpan<byte> expected)
    {
        byte[] dump = client.Command("DUMP", key).Bytes!;
        Assert.Equal(type, dump[0]);
        (int lengthBytes, int length) = (dump[1] >> 6) switch
        {
            0 => (1, dump[1]),
            1 => (2, (dump[1] & 0x3F) << 8 | dump[2]),
            _ => (5, BinaryPrimitives.ReadInt32BigEndian(dump.AsSpan(2))),
        };
        ReadOnlySpan<byte> block = dump.AsSpan((1 + lengthBytes)..^TrailerBytes);
        Assert.Equal(block.Length, length);
        int same = block.CommonPrefixLength(expected);
        Assert.True(
            block.SequenceEqual(expected),
            $"{key}: {block.Length} bytes there, {expected.Length} here, different from offset {same} on");
    }
}
