using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// The value of a hash key: a <see cref="Listpack"/> of alternating fields and values while it is small, a table with one block per
/// field when it has grown.
/// </summary>
/// <remarks>
/// Small hashes are by far the most frequent, and as one block they cost no pointers; searching them is a walk over a few
/// cache lines. A hash that has become a table stays one: a hash around the limit must not be converted back and forth.
/// <para>
/// Field expiries need a table: setting the first one converts the hash. What has expired is not hidden by itself: whoever opens a hash
/// removes it first (<see cref="TryGetExpired"/>), or some of it and hides the rest (<see cref="HideDue"/>).
/// </para>
/// The struct is a handle with the state to be stored: after changes the key must get <see cref="Payload"/> and <see cref="Encoding"/>.
/// Values read are valid until the next change.
/// </remarks>
public partial struct HashValue
{
    private readonly NativeHeap _heap;
    private nint _payload;
    private bool _isTable;
    private long _hiddenUpToMs;

    /// <summary>The value of a key that holds a hash.</summary>
    public HashValue(NativeHeap heap, KeyBlock block)
    {
        _heap = heap;
        _payload = block.Payload;
        _isTable = block.Encoding == ValueEncoding.HashTable;
    }

    private HashValue(NativeHeap heap, nint payload)
    {
        _heap = heap;
        _payload = payload;
    }

    /// <summary>What the key's block must hold.</summary>
    public readonly nint Payload => _payload;

    /// <summary>The encoding that goes with <see cref="Payload"/>.</summary>
    public readonly ValueEncoding Encoding => _isTable ? ValueEncoding.HashTable : ValueEncoding.ListPack;

    /// <summary>The fields and values in turn, when the hash is a listpack.</summary>
    public readonly bool TryGetListpack(out Listpack pack)
    {
        pack = _isTable ? default : new Listpack(Payload);
        return !_isTable;
    }

    /// <summary>True for the default, which stands for no hash.</summary>
    public readonly bool IsNull => _payload == 0;

    /// <summary>The number of fields.</summary>
    public readonly long Count => _isTable ? Table.Count : Pack.Count / 2;

    /// <summary>The number of fields but those hidden. O(hidden).</summary>
    public readonly long VisibleCount => HidesSome ? Count - Table.CountDue(_hiddenUpToMs) : Count;

    /// <summary>Whether fields may be hidden: then <see cref="VisibleCount"/> counts.</summary>
    public readonly bool HidesSome => _hiddenUpToMs != 0;

    /// <summary>All fields, in no particular order.</summary>
    public readonly HashFields Fields => _isTable ? new HashFields(Table, whole: true, 0, _hiddenUpToMs) : new HashFields(Pack);

    /// <summary>How many fields have an expiry.</summary>
    public readonly long ExpiringCount => _isTable ? Table.ExpiringCount : 0;

    /// <summary>When the next field expires, in Unix milliseconds; <see cref="long.MaxValue"/> when none does.</summary>
    public readonly long NextExpiryMs => _isTable ? Table.NextExpiryMs : long.MaxValue;

    private readonly Listpack Pack => new(_payload);

    private readonly FieldTable Table => new(_payload);

    /// <summary>An empty hash, to be stored in a key when it has fields.</summary>
    public static HashValue Create(NativeHeap heap) => new(heap, Listpack.Create(heap).Address);

    /// <summary>The value of a field; false when there is no such field.</summary>
    public readonly bool TryGet(scoped ReadOnlySpan<byte> field, out ListpackValue value)
    {
        if (_isTable)
        {
            HashEntry entry = Table.Find(field);
            value = entry.IsNull ? default : new ListpackValue(entry.Value);
            return !entry.IsNull;
        }

        Listpack pack = Pack;
        int position = pack.Find(field, pack.First, skip: 1);
        value = position < 0 ? default : pack.Get(pack.Next(position));
        return position >= 0;
    }

    public readonly bool Contains(scoped ReadOnlySpan<byte> field)
    {
        Listpack pack = _isTable ? default : Pack;
        return _isTable ? !Table.Find(field).IsNull : pack.Find(field, pack.First, skip: 1) >= 0;
    }

    /// <summary>
    /// Sets a field, and turns the hash into a table when that breaks the limits. A field that is overwritten loses its expiry, unless
    /// <paramref name="keepExpiry"/>.
    /// </summary>
    /// <returns>Whether the field is new.</returns>
    public bool Set(scoped ReadOnlySpan<byte> field, scoped ReadOnlySpan<byte> value, in HashLimits limits, bool keepExpiry = false)
    {
        if (!_isTable)
        {
            if (Math.Max(field.Length, value.Length) <= limits.ListpackValueBytes && Pack.SafeToAdd((long)field.Length + value.Length))
            {
                return SetInListpack(field, value, in limits);
            }

            ConvertToTable(limits.TableKey);
        }

        FieldTable table = Table;
        bool isNew = table.Set(_heap, field, value, keepExpiry);
        if (table.IsSmall && (Math.Max(field.Length, value.Length) > limits.ListpackValueBytes || table.Count > limits.ListpackEntries))
        {
            table.IsSmall = false;
        }

        return isNew;
    }

    /// <returns>Whether there was such a field.</returns>
    public bool Remove(scoped ReadOnlySpan<byte> field)
    {
        if (_isTable)
        {
            return Table.Remove(_heap, field);
        }

        Listpack pack = Pack;
        int position = pack.Find(field, pack.First, skip: 1);
        if (position < 0)
        {
            return false;
        }

        _payload = pack.Delete(_heap, position, 2).Address;
        return true;
    }

    /// <summary>When a field expires, in Unix milliseconds, or <see cref="KeyBlock.NoExpiry"/>; false when there is no such field.</summary>
    public readonly bool TryGetExpiry(scoped ReadOnlySpan<byte> field, out long expiryMs)
    {
        HashEntry entry = _isTable ? Table.Find(field) : default;
        expiryMs = entry.IsNull ? KeyBlock.NoExpiry : entry.ExpiryMs;
        return _isTable ? !entry.IsNull : Contains(field);
    }

    /// <summary>Sets when a field expires, or with <see cref="KeyBlock.NoExpiry"/> that it does not. The field must exist.</summary>
    public void SetExpiry(scoped ReadOnlySpan<byte> field, long expiryMs, in HashLimits limits)
    {
        if (!_isTable)
        {
            if (expiryMs == KeyBlock.NoExpiry)
            {
                return;
            }

            ConvertToTable(limits.TableKey);
            FieldTable table = Table;
            table.IsSmall = true;
        }

        HashEntry entry = Table.Find(field);
        if (expiryMs != KeyBlock.NoExpiry)
        {
            Table.SetExpiry(_heap, entry, expiryMs);
        }
        else if (entry.HasExpiry)
        {
            Table.ClearExpiry(_heap, entry);
        }
    }

    /// <summary>The name of a field whose time has come by <paramref name="nowMs"/>; the caller removes it. False when there is none.</summary>
    public readonly bool TryGetExpired(long nowMs, out ReadOnlySpan<byte> field)
    {
        bool due = NextExpiryMs <= nowMs;
        field = due ? Table.NextToExpire.Field : default;
        return due;
    }

    /// <summary>
    /// Hides the fields whose time has come by <paramref name="nowMs"/> from walks, samples and <see cref="VisibleCount"/>. Looking up a field by its name, and
    /// drawing single ones, still find them.
    /// </summary>
    public void HideDue(long nowMs) => _hiddenUpToMs = NextExpiryMs <= nowMs ? nowMs : 0;

    /// <summary>Whether there is such a field and its time has come by <paramref name="nowMs"/>.</summary>
    public readonly bool IsDue(scoped ReadOnlySpan<byte> field, long nowMs) =>
        NextExpiryMs <= nowMs && TryGetExpiry(field, out long ms) && ms != KeyBlock.NoExpiry && ms <= nowMs;

    /// <summary>A field with its value, each with the same probability. Precondition: there is one.</summary>
    public readonly void GetRandom(Random random, out ListpackValue field, out ListpackValue value)
    {
        if (_isTable)
        {
            HashEntry entry = Table.Random(random);
            field = new ListpackValue(entry.Field);
            value = new ListpackValue(entry.Value);
            return;
        }

        Listpack pack = Pack;
        int position = pack.RandomPosition(random, group: 2);
        field = pack.Get(position);
        value = pack.Get(pack.Next(position));
    }

    /// <summary>The places of the fields that are not hidden, for <see cref="ReadAt"/>; as many as <see cref="VisibleCount"/>. Of a table only.</summary>
    public readonly void CopyPlaces(Span<long> places)
    {
        int count = 0;
        for (HashFields fields = Fields; fields.MoveNext();)
        {
            places[count++] = fields.Place;
        }
    }

    /// <summary>The field at a place that <see cref="CopyPlaces"/> has given.</summary>
    public static void ReadAt(long place, out ListpackValue field, out ListpackValue value)
    {
        HashEntry entry = new((nint)place);
        field = new ListpackValue(entry.Field);
        value = new ListpackValue(entry.Value);
    }

    /// <summary>Up to <paramref name="count"/> different fields at random, every subset equally likely. To be disposed of.</summary>
    public readonly HashSample Sample(Random random, long count) =>
        _isTable && !HidesSome && HashSample.IsSparse(count, Count)
            ? new HashSample(Table, random, (int)count)
            : new HashSample(Fields, VisibleCount, random, count);

    /// <summary>
    /// One step of a walk: some fields, and the cursor of the next step, 0 at the end. A field that is there all the time is shown at
    /// least once, as in <see cref="KeyTable.Scan"/>; a small hash is shown whole.
    /// </summary>
    public readonly ulong ScanStep(ulong cursor, out HashFields fields)
    {
        if (!_isTable)
        {
            fields = new HashFields(Pack);
            return 0;
        }

        fields = new HashFields(Table, whole: false, cursor, _hiddenUpToMs);
        return fields.NextCursor;
    }

    /// <summary>Makes a listpack a table.</summary>
    public void ConvertToTable(HashKey key)
    {
        Listpack pack = Pack;
        FieldTable table = FieldTable.Create(_heap, key);
        Span<byte> fieldDigits = stackalloc byte[ListpackNumber.MaxLength];
        Span<byte> valueDigits = stackalloc byte[ListpackNumber.MaxLength];
        HashFields fields = new(pack);
        while (fields.MoveNext())
        {
            table.AddNew(_heap, fields.Field.GetBytes(fieldDigits), fields.Value.GetBytes(valueDigits));
        }

        pack.Free(_heap);
        _payload = table.Address;
        _isTable = true;
    }

    /// <summary>All fields of a key that holds a hash, for those who only read.</summary>
    public static HashFields FieldsOf(KeyBlock block) =>
        IsTable(block) ? new HashFields(new FieldTable(block.Payload), whole: true, 0) : new HashFields(new Listpack(block.Payload));

    /// <summary>Whether a key holds a hash of which fields expire.</summary>
    public static bool HasExpiringFields(KeyBlock block) =>
        block.Kind == ValueKind.Hash && IsTable(block) && new FieldTable(block.Payload).ExpiringCount > 0;

    /// <summary>
    /// Whether the hash of a key is a table for the sake of expiring fields only, within all limits of a listpack. Redis keeps such hashes as listpacks with
    /// expiries.
    /// </summary>
    public static bool IsSmallTable(KeyBlock block) => block.Kind == ValueKind.Hash && IsTable(block) && new FieldTable(block.Payload).IsSmall;

    /// <summary>When the next field of a key that holds a hash expires; <see cref="long.MaxValue"/> when none does.</summary>
    public static long NextExpiryOf(KeyBlock block) => IsTable(block) ? new FieldTable(block.Payload).NextExpiryMs : long.MaxValue;

    /// <summary>Frees a hash that was not stored in a key.</summary>
    public readonly void Free() => FreePayload(_heap, _payload, _isTable, ownerThread: true);

    internal static void Free(NativeHeap heap, KeyBlock block, bool ownerThread) =>
        FreePayload(heap, block.Payload, IsTable(block), ownerThread);

    internal static long FreeEffort(KeyBlock block) => IsTable(block) ? new FieldTable(block.Payload).FreeEffort : 1;

    internal static long MemoryBytes(KeyBlock block) =>
        IsTable(block) ? new FieldTable(block.Payload).MemoryBytes : new Listpack(block.Payload).MemoryBytes;

    internal static nint Clone(NativeHeap heap, KeyBlock block) =>
        IsTable(block) ? new FieldTable(block.Payload).Clone(heap).Address : new Listpack(block.Payload).Copy(heap).Address;

    private static bool IsTable(KeyBlock block) => block.Encoding == ValueEncoding.HashTable;

    private static void FreePayload(NativeHeap heap, nint payload, bool isTable, bool ownerThread)
    {
        if (isTable)
        {
            new FieldTable(payload).Free(heap, ownerThread);
        }
        else if (ownerThread)
        {
            new Listpack(payload).Free(heap);
        }
        else
        {
            new Listpack(payload).FreeFromOtherThread(heap);
        }
    }

    private bool SetInListpack(scoped ReadOnlySpan<byte> field, scoped ReadOnlySpan<byte> value, in HashLimits limits)
    {
        Listpack pack = Pack;
        int position = pack.Find(field, pack.First, skip: 1);
        bool isNew = position < 0;
        pack = isNew
            ? pack.AppendPair(_heap, field, value)
            : pack.Replace(_heap, pack.Next(position), value);
        _payload = pack.Address;

        // Checked after each change: the limit may have been lowered since the hash grew.
        if (pack.Count / 2 > limits.ListpackEntries)
        {
            ConvertToTable(limits.TableKey);
        }

        return isNew;
    }
}
