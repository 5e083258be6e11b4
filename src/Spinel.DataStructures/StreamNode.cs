using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A block of a stream: a <see cref="Listpack"/> with some dozens of entries, in Redis's own layout, so that files and replicas take it as it is.
/// </summary>
/// <remarks>
/// <code>
///  head    entries, deleted entries, number of fields N, the fields, 0
///  entry   flags, milliseconds, sequence, [number of fields F, field, value, … | the N values], number of the values so far
/// </code>
/// Milliseconds and sequence are differences to the block's own id, that of its first entry, under which the stream keeps the block. An entry
/// with the fields of the first one, flagged so, stores only the values. The number at the end leads backwards to the flags. An entry
/// that is deleted stays as it is, with another flag, until the whole block goes.
/// <para>
/// Memory: an entry with two values of 16 bytes and the block's fields is 44 bytes, or 45 when it comes more than an eighth of a second after the first one of its
/// block: flags, sequence and the number at the end are 2 each, the milliseconds 2 or 3, a value 18 (listpack entries begin with their encoding and end with their
/// length). Blocks end where those of Redis end, since XINFO shows their number, and at the usual limit that leaves 91.6 such entries to 4096 bytes, a size class of the heap: 44.7
/// bytes an entry with the head and 28 bytes at the end of the block, and 45.0 with the tree of blocks. Smaller than that, only another layout could be, which files and replicas would not take as it is.
/// </para>
/// </remarks>
internal static unsafe partial class StreamNode
{
    public const long DeletedFlag = 1;
    public const long SameFieldsFlag = 2;

    /// <summary>Flags, milliseconds and sequence.</summary>
    private const int EntryHead = 3;

    public static long LiveCount(Listpack pack) => pack.Get(pack.First).Integer;

    public static long DeletedCount(Listpack pack) => pack.Get(pack.Next(pack.First)).Integer;

    /// <summary>Where the number of fields stands; the fields follow.</summary>
    public static int FieldCountPosition(Listpack pack) => pack.Skip(pack.First, 2);

    /// <summary>Position of the first entry's flags, or -1.</summary>
    public static int FirstEntry(Listpack pack)
    {
        int position = FieldCountPosition(pack);
        return pack.Skip(position, (int)pack.Get(position).Integer + 2);
    }

    /// <summary>Position of the last entry's flags, or -1.</summary>
    public static int LastEntry(Listpack pack) => EntryBefore(pack, pack.EndPosition);

    /// <summary>Position of the flags of the entry that ends before <paramref name="position"/>, or -1 when the head ends there.</summary>
    public static int EntryBefore(Listpack pack, int position)
    {
        position = pack.Previous(position);
        for (long count = pack.Get(position).Integer; count > 0; count--)
        {
            position = pack.Previous(position);
            if (count == 1)
            {
                return position;
            }
        }

        return -1;
    }

    /// <summary>The id of the entry with its flags at <paramref name="position"/>.</summary>
    public static StreamId IdAt(Listpack pack, int position, StreamId nodeId)
    {
        int ms = pack.Next(position);
        return unchecked(new StreamId(
            nodeId.Ms + (ulong)pack.Get(ms).Integer,
            nodeId.Sequence + (ulong)pack.Get(pack.Next(ms)).Integer));
    }

    /// <summary>The id of the last entry, deleted or not.</summary>
    public static StreamId LastId(Listpack pack, StreamId nodeId) => IdAt(pack, LastEntry(pack), nodeId);

    /// <summary>A block with one entry.</summary>
    public static Listpack Create<TFields>(NativeHeap heap, scoped in TFields fields)
        where TFields : IStreamFields, allows ref struct
    {
        int count = fields.Count;
        int bytes = SizeOf(1) + SizeOf(0) + SizeOf(count) + SizeOf(0);
        for (int i = 0; i < count; i++)
        {
            bytes = checked(bytes + SizeOf(fields.Field(i)));
        }

        Listpack pack = Listpack.Create(heap).AppendRoom(heap, bytes, 4 + count, out byte* p);
        p = Write(p, 1);
        p = Write(p, 0);
        p = Write(p, count);
        for (int i = 0; i < count; i++)
        {
            p = Write(p, fields.Field(i));
        }

        Write(p, 0);
        return AppendEntry(heap, pack, 0, 0, sameFields: true, in fields);
    }

    /// <summary>Adds an entry to a block.</summary>
    public static Listpack Append<TFields>(NativeHeap heap, Listpack pack, StreamId nodeId, StreamId id, scoped in TFields fields)
        where TFields : IStreamFields, allows ref struct
    {
        pack = pack.Replace(heap, pack.First, LiveCount(pack) + 1);
        long ms = unchecked((long)(id.Ms - nodeId.Ms));
        long sequence = unchecked((long)(id.Sequence - nodeId.Sequence));
        return AppendEntry(heap, pack, ms, sequence, HasSameFields(pack, in fields), in fields);
    }

    /// <summary>Flags an entry as deleted.</summary>
    public static Listpack MarkDeleted(NativeHeap heap, Listpack pack, int position) =>
        pack.Replace(heap, position, pack.Get(position).Integer | DeletedFlag);

    /// <summary>Notes that <paramref name="count"/> entries have been marked as deleted.</summary>
    public static Listpack CountDeleted(NativeHeap heap, Listpack pack, long count)
    {
        pack = pack.Replace(heap, pack.First, LiveCount(pack) - count);
        return pack.Replace(heap, pack.Next(pack.First), DeletedCount(pack) + count);
    }

    private static bool HasSameFields<TFields>(Listpack pack, scoped in TFields fields)
        where TFields : IStreamFields, allows ref struct
    {
        int position = FieldCountPosition(pack);
        if (pack.Get(position).Integer != fields.Count)
        {
            return false;
        }

        for (int i = 0; i < fields.Count; i++)
        {
            position = pack.Next(position);
            if (!pack.Equals(position, fields.Field(i)))
            {
                return false;
            }
        }

        return true;
    }

    private static Listpack AppendEntry<TFields>(NativeHeap heap, Listpack pack, long ms, long sequence, bool sameFields, scoped in TFields fields)
        where TFields : IStreamFields, allows ref struct
    {
        int count = fields.Count;
        int parts = sameFields ? EntryHead + count : EntryHead + 1 + (2 * count);
        int bytes = SizeOf(SameFieldsFlag) + SizeOf(ms) + SizeOf(sequence) + SizeOf(parts) + (sameFields ? 0 : SizeOf(count));
        for (int i = 0; i < count; i++)
        {
            bytes = checked(bytes + SizeOf(fields.Value(i)) + (sameFields ? 0 : SizeOf(fields.Field(i))));
        }

        pack = pack.AppendRoom(heap, bytes, parts + 1, out byte* p);
        p = Write(p, sameFields ? SameFieldsFlag : 0);
        p = Write(p, ms);
        p = Write(p, sequence);
        if (!sameFields)
        {
            p = Write(p, count);
        }

        for (int i = 0; i < count; i++)
        {
            if (!sameFields)
            {
                p = Write(p, fields.Field(i));
            }

            p = Write(p, fields.Value(i));
        }

        Write(p, parts);
        return pack;
    }

    private static int SizeOf(long value) => new ListpackElement(value).TotalBytes;

    private static int SizeOf(ReadOnlySpan<byte> value) => new ListpackElement(value).TotalBytes;

    private static byte* Write(byte* p, long value) => new ListpackElement(value).Write(p);

    private static byte* Write(byte* p, ReadOnlySpan<byte> value) => new ListpackElement(value).Write(p);
}
