using System.Globalization;
using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Memory;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// Reads the value of a key in every form that Redis from 2.4 on and Valkey have written, and makes it the key's block.
/// </summary>
/// <remarks>
/// Nothing is believed. Compact values are walked in depth before they become part of the keyspace, since everything above trusts them; what may
/// occur once only is looked for twice; memory is asked for as bytes arrive. Old forms are turned into present ones on the way. A value takes
/// the large form where the limits of this server demand it.
/// <para>
/// What is damaged is an <see cref="RdbFormatException"/>, and what was built until then is freed.
/// </para>
/// Sources: the format's description at https://github.com/sripathikrishnan/redis-rdb-tools/wiki, the files and payloads of the servers
/// themselves.
/// </remarks>
internal sealed partial class RdbValueReader(SpinelEngine engine)
{
    private const int EmbeddedStringMaxLength = 44;

    private readonly SpinelEngine _engine = engine;
    private readonly NativeHeap _heap = engine.Heap;

    /// <summary>
    /// Whether compact hashes and sets are searched for what stands in them twice. Without that nothing is endangered but the data of the one key; it takes a tenth of the
    /// time to load.
    /// </summary>
    public bool LooksForDuplicates { get; init; } = true;

    private HashLimits HashLimits =>
        new(_engine.Options.HashMaxListpackEntries, _engine.Options.HashMaxListpackValueBytes, _engine.Keyspace.HashKey);

    private SortedSetLimits SortedSetLimits =>
        new(_engine.Keyspace.HashKey, _engine.Options.ZsetMaxListpackEntries, _engine.Options.ZsetMaxListpackValueBytes);

    /// <summary>Reads a value.</summary>
    /// <param name="reader">Stands behind the type and, in a file, the key.</param>
    /// <param name="type">The type.</param>
    /// <param name="version">The version of the file or payload.</param>
    /// <param name="key">The key; must not lie in the reader's input.</param>
    /// <param name="expiryMs">When it expires, or <see cref="KeyBlock.NoExpiry"/>.</param>
    /// <returns>The key's block, the caller's to store or free; null when the value is an empty collection, which old servers wrote by mistake.</returns>
    public KeyBlock Read(scoped ref RdbReader reader, RdbType type, int version, ReadOnlySpan<byte> key, long expiryMs)
    {
        switch (type)
        {
            case RdbType.String:
                return ReadString(ref reader, key, expiryMs);
            case RdbType.List:
            case RdbType.ListZiplist:
            case RdbType.ListQuicklist:
            case RdbType.ListQuicklist2:
                Quicklist list = ReadList(ref reader, type);
                return list.IsNull ? default : KeyBlock.CreateObject(_heap, key, ValueKind.List, ValueEncoding.QuickList, list.Address, expiryMs);
            case RdbType.Set:
            case RdbType.SetIntset:
            case RdbType.SetListpack:
                SetValue set = ReadSet(ref reader, type);
                return set.Payload == 0 ? default : KeyBlock.CreateObject(_heap, key, ValueKind.Set, set.Encoding, set.Payload, expiryMs);
            case RdbType.SortedSetText:
            case RdbType.SortedSet:
            case RdbType.SortedSetZiplist:
            case RdbType.SortedSetListpack:
                SortedSet sortedSet = ReadSortedSet(ref reader, type);
                return sortedSet.Payload == 0
                    ? default
                    : KeyBlock.CreateObject(_heap, key, ValueKind.SortedSet, sortedSet.Encoding, sortedSet.Payload, expiryMs);
            case RdbType.Hash:
            case RdbType.HashZipmap:
            case RdbType.HashZiplist:
            case RdbType.HashListpack:
            case RdbType.HashExpiry22:
            case RdbType.HashListpackExpiryOld:
            case RdbType.HashExpiry:
            case RdbType.HashListpackExpiry:
                HashValue hash = ReadHash(ref reader, type, version);
                return hash.IsNull ? default : KeyBlock.CreateObject(_heap, key, ValueKind.Hash, hash.Encoding, hash.Payload, expiryMs);
            case RdbType.Stream1:
            case RdbType.Stream2:
            case RdbType.Stream3:
            case RdbType.Stream4:
            case RdbType.Stream5:
                StreamValue stream = ReadStream(ref reader, type);
                return KeyBlock.CreateObject(_heap, key, ValueKind.Stream, ValueEncoding.Stream, stream.Payload, expiryMs);
            case RdbType.Module:
            case RdbType.ModuleOld:
                throw reader.Damaged("The value of a module cannot be read");
            default:
                throw reader.Damaged($"There is no type of value {(int)type}");
        }
    }

    /// <summary>Passes over a module's value and returns the module's name.</summary>
    public static string SkipModule(scoped ref RdbReader reader)
    {
        string name = ModuleName(reader.ReadLength());
        SkipModuleParts(ref reader);
        return name;
    }

    /// <summary>Passes over the tagged parts in which modules write.</summary>
    public static void SkipModuleParts(scoped ref RdbReader reader)
    {
        const int End = 0;
        const int SignedInteger = 1;
        const int UnsignedInteger = 2;
        const int Float = 3;
        const int Double = 4;
        const int String = 5;
        while (true)
        {
            ulong tag = reader.ReadLength();
            switch (tag)
            {
                case End:
                    return;
                case SignedInteger:
                case UnsignedInteger:
                    reader.ReadLength();
                    break;
                case Float:
                    reader.Skip(sizeof(float));
                    break;
                case Double:
                    reader.Skip(sizeof(double));
                    break;
                case String:
                    reader.SkipString();
                    break;
                default:
                    throw reader.Damaged($"A module's value has a part with the unknown tag {tag}");
            }
        }
    }

    /// <summary>Nine characters of six bits, from the top, and a version.</summary>
    internal static string ModuleName(ulong id)
    {
        const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return string.Create(9, id, static (name, id) =>
        {
            for (int i = 0; i < name.Length; i++)
            {
                name[i] = Characters[(int)(id >> (58 - (i * 6))) & 0x3F];
            }
        });
    }

    private KeyBlock ReadString(scoped ref RdbReader reader, ReadOnlySpan<byte> key, long expiryMs)
    {
        RdbString text = reader.ReadStringOrInteger();
        if (text.IsInteger)
        {
            return KeyBlock.CreateInteger(_heap, key, text.Integer, expiryMs);
        }

        ReadOnlySpan<byte> bytes = text.Bytes;
        if (bytes.Length <= ListpackNumber.MaxLength && ListpackNumber.TryParse(bytes, out long integer))
        {
            return KeyBlock.CreateInteger(_heap, key, integer, expiryMs);
        }

        ValueEncoding encoding = bytes.Length <= EmbeddedStringMaxLength ? ValueEncoding.EmbStr : ValueEncoding.Raw;
        return KeyBlock.CreateString(_heap, key, bytes, encoding, expiryMs);
    }

    /// <summary>A listpack, checked in depth, in memory of its own.</summary>
    private Listpack ReadListpack(scoped ref RdbReader reader)
    {
        ReadOnlySpan<byte> bytes = reader.ReadString();
        return Listpack.Validate(bytes, deep: true) ? Listpack.FromBytes(_heap, bytes) : throw reader.Damaged("A listpack is damaged");
    }

    private static Ziplist OpenZiplist(scoped ref RdbReader reader, out int statedCount)
    {
        ReadOnlySpan<byte> bytes = reader.ReadString();
        if (!Ziplist.TryOpen(bytes, out Ziplist list))
        {
            throw reader.Damaged("A ziplist is damaged");
        }

        statedCount = Ziplist.StatedCount(bytes);
        return list;
    }

    private static void CheckEnd(scoped ref RdbReader reader, scoped in Ziplist list, int statedCount)
    {
        if (!list.IsSound || (statedCount >= 0 && statedCount != list.Count))
        {
            throw reader.Damaged("A ziplist is damaged");
        }
    }

    private static bool TryParseScore(ReadOnlySpan<byte> text, out double score)
    {
        score = text.SequenceEqual("inf"u8) ? double.PositiveInfinity : double.NegativeInfinity;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? !double.IsNaN(score = number)
            : double.IsPositiveInfinity(score) || text.SequenceEqual("-inf"u8);
    }
}
