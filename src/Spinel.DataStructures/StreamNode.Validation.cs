namespace Spinel.DataStructures;

internal static unsafe partial class StreamNode
{
    /// <summary>
    /// Whether a listpack of foreign origin, which <see cref="Listpack.Validate"/> has accepted in depth, is a block of a stream: head and entries as
    /// described above, counts that agree with the entries, ids that grow. Those of deleted entries need not: XSETID may take the last id back behind them, and what is
    /// added then follows them in the block.
    /// </summary>
    /// <param name="pack">The listpack.</param>
    /// <param name="nodeId">The id under which it comes.</param>
    /// <param name="last">The id of the last entry that is not deleted.</param>
    public static bool Validate(Listpack pack, StreamId nodeId, out StreamId last)
    {
        last = default;
        int position = pack.First;
        if (!TryRead(pack, ref position, out long live)
            || !TryRead(pack, ref position, out long deleted)
            || !TryRead(pack, ref position, out long fields)
            || fields < 0 || !TrySkip(pack, ref position, fields)
            || !TryRead(pack, ref position, out long terminator) || terminator != 0)
        {
            return false;
        }

        long liveSeen = 0;
        long deletedSeen = 0;
        while (position >= 0)
        {
            if (!TryReadEntry(pack, ref position, fields, out long flags, out long ms, out long sequence))
            {
                return false;
            }

            StreamId id = unchecked(new StreamId(nodeId.Ms + (ulong)ms, nodeId.Sequence + (ulong)sequence));
            bool isDeleted = (flags & DeletedFlag) != 0;
            if (id < nodeId || (!isDeleted && liveSeen > 0 && id <= last))
            {
                return false;
            }

            last = isDeleted ? last : id;
            deletedSeen += isDeleted ? 1 : 0;
            liveSeen += isDeleted ? 0 : 1;
        }

        return live == liveSeen && deleted == deletedSeen && live > 0;
    }

    private static bool TryReadEntry(Listpack pack, ref int position, long nodeFields, out long flags, out long ms, out long sequence)
    {
        ms = 0;
        sequence = 0;
        if (!TryRead(pack, ref position, out flags)
            || !TryRead(pack, ref position, out ms)
            || !TryRead(pack, ref position, out sequence))
        {
            return false;
        }

        long parts = EntryHead + nodeFields;
        if ((flags & SameFieldsFlag) != 0)
        {
            return TrySkip(pack, ref position, nodeFields) && TryRead(pack, ref position, out long same) && same == parts;
        }

        if (!TryRead(pack, ref position, out long fields) || fields is < 0 or > int.MaxValue || !TrySkip(pack, ref position, fields * 2))
        {
            return false;
        }

        parts = EntryHead + 1 + (fields * 2);
        return TryRead(pack, ref position, out long stated) && stated == parts;
    }

    private static bool TryRead(Listpack pack, ref int position, out long value)
    {
        value = 0;
        if (position < 0)
        {
            return false;
        }

        ListpackValue read = pack.Get(position);
        position = pack.Next(position);
        value = read.IsInteger ? read.Integer : 0;
        return read.IsInteger;
    }

    private static bool TrySkip(Listpack pack, ref int position, long count)
    {
        for (; count > 0 && position >= 0; count--)
        {
            position = pack.Next(position);
        }

        return count == 0;
    }
}
