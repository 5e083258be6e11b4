using System.Diagnostics;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A set of byte strings, in one of three forms: this is a handle, the form and one address.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item><see cref="Intset"/>: all members are canonical 64-bit integers, and they are few. 2 to 8 bytes a member.</item>
/// <item><see cref="Listpack"/>: few members, none long. The member's bytes and two or three more; finding one is a walk.</item>
/// <item><see cref="EntryTable{TOps}"/> of <see cref="SetEntry"/>: everything else. A block for each member, with one byte of header
/// where its length asks for it, and about ten bytes of the table.</item>
/// </list>
/// A set begins in the form that suits its first member and moves on when it outgrows it (<see cref="SetSettings"/>), never back:
/// a set that hovers about a limit must not be rebuilt again and again. The table form comes from a listpack or an intset that is
/// small by definition, so no conversion takes long.
/// <para>
/// Methods that change the set return the handle to use from then on. A set may become empty; the key is then its owner's to remove.
/// </para>
/// A <em>place</em> is a word that leads back to a member without a search, as long as the set does not change: the integer itself in
/// an intset, the position in a listpack, the entry's address in a table.
/// </remarks>
public readonly partial struct SetValue : IEquatable<SetValue>
{
    public SetValue(ValueEncoding encoding, nint payload)
    {
        Debug.Assert(encoding is ValueEncoding.IntSet or ValueEncoding.ListPack or ValueEncoding.HashTable);
        Encoding = encoding;
        Payload = payload;
    }

    private SetValue(Intset set)
        : this(ValueEncoding.IntSet, set.Address)
    {
    }

    private SetValue(Listpack set)
        : this(ValueEncoding.ListPack, set.Address)
    {
    }

    private SetValue(EntryTable<SetEntryOps> set)
        : this(ValueEncoding.HashTable, set.Address)
    {
    }

    /// <summary>The form that the set has.</summary>
    public ValueEncoding Encoding { get; }

    /// <summary>The address that a key holds.</summary>
    public nint Payload { get; }

    /// <summary>The number of members.</summary>
    public long Count => Encoding switch
    {
        ValueEncoding.IntSet => AsIntset.Count,
        ValueEncoding.ListPack => AsListpack.Count,
        _ => AsTable.Count,
    };

    /// <summary>The work of freeing the set, in units of one small block.</summary>
    public long FreeEffort => Encoding == ValueEncoding.HashTable ? AsTable.Count + AsTable.BucketCount : 1;

    internal Intset AsIntset => new(Payload);

    internal Listpack AsListpack => new(Payload);

    internal EntryTable<SetEntryOps> AsTable => new(Payload);

    public static bool operator ==(SetValue left, SetValue right) => left.Equals(right);

    public static bool operator !=(SetValue left, SetValue right) => !left.Equals(right);

    /// <summary>The set that a key holds. Precondition: it holds one.</summary>
    public static SetValue Of(KeyBlock block)
    {
        Debug.Assert(block.Kind == ValueKind.Set);
        return new SetValue(block.Encoding, block.Payload);
    }

    /// <summary>An empty set in the form that suits its first member, which the caller adds.</summary>
    public static SetValue CreateFor(SetSettings settings, ReadOnlySpan<byte> first)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.IntsetEntries > 0 && ListpackNumber.TryParse(first, out _)
            ? new SetValue(Intset.Create(settings.Heap))
            : CreateTextFor(settings, first);
    }

    /// <summary>As <see cref="CreateFor"/>, but never an intset.</summary>
    internal static SetValue CreateTextFor(SetSettings settings, ReadOnlySpan<byte> first) =>
        settings.ListpackEntries > 0 && first.Length <= settings.ListpackValueBytes
            ? new SetValue(Listpack.Create(settings.Heap))
            : CreateTable(settings);

    /// <summary>An empty set in the form for large ones.</summary>
    public static SetValue CreateTable(SetSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new SetValue(new EntryTable<SetEntryOps>(settings.Heap, settings.Key));
    }

    /// <summary>Whether these bytes are a member.</summary>
    public bool Contains(ReadOnlySpan<byte> member)
    {
        switch (Encoding)
        {
            case ValueEncoding.IntSet:
                return ListpackNumber.TryParse(member, out long integer) && AsIntset.Contains(integer);
            case ValueEncoding.ListPack:
                return AsListpack.Find(member) >= 0;
            default:
                EntryTable<SetEntryOps> table = AsTable;
                return table.Find(member, table.Hash(member)) != 0;
        }
    }

    /// <summary>Bytes that the set occupies in the heap: of a large one, an estimate from some of its members.</summary>
    public long MemoryBytes
    {
        get
        {
            const long SampledBuckets = 256;
            if (Encoding != ValueEncoding.HashTable)
            {
                return Encoding == ValueEncoding.IntSet ? AsIntset.MemoryBytes : AsListpack.MemoryBytes;
            }

            EntryTable<SetEntryOps> table = AsTable;
            long bytes = 0;
            long seen = 0;
            for (long bucket = 0; bucket < table.BucketCount && (bucket < SampledBuckets || seen == 0); bucket++)
            {
                ChainEntries entries = table.EntriesAt(bucket);
                while (entries.Next(out nint entry))
                {
                    bytes += new SetEntry(entry).MemoryBytes;
                    seen++;
                }
            }

            return table.MemoryBytes + (seen == 0 ? 0 : (long)(bytes * ((double)table.Count / seen)));
        }
    }

    public bool Equals(SetValue other) => Encoding == other.Encoding && Payload == other.Payload;

    public override bool Equals(object? obj) => obj is SetValue other && Equals(other);

    public override int GetHashCode() => Payload.GetHashCode();
}
