using Spinel.DataStructures;

namespace Spinel.Persistence.Rdb;

internal sealed partial class RdbValueReader
{
    /// <summary>A list; null when it has no elements.</summary>
    private Quicklist ReadList(scoped ref RdbReader reader, RdbType type)
    {
        Quicklist list = Quicklist.Create(_heap);
        try
        {
            switch (type)
            {
                case RdbType.List:
                    for (long left = reader.ReadCount(1); left > 0; left--)
                    {
                        list.PushLast(_heap, reader.ReadStringOrInteger().ToElement(), _engine.Limits.ListNode);
                    }

                    break;
                case RdbType.ListZiplist:
                    AppendZiplist(ref reader, list);
                    break;
                case RdbType.ListQuicklist:
                    for (long left = reader.ReadCount(1); left > 0; left--)
                    {
                        AppendZiplist(ref reader, list);
                    }

                    break;
                default:
                    for (long left = reader.ReadCount(2); left > 0; left--)
                    {
                        AppendNode(ref reader, list);
                    }

                    break;
            }
        }
        catch
        {
            list.Free(_heap);
            throw;
        }

        if (list.Count > 0)
        {
            list.CompressInner(_heap, _engine.Limits.ListNode);
            return list;
        }

        list.Free(_heap);
        return default;
    }

    private void AppendNode(scoped ref RdbReader reader, Quicklist list)
    {
        ulong kind = reader.ReadLength();
        if (kind == RdbFormat.PackedNode)
        {
            list.AppendNode(_heap, ReadListpack(ref reader));
            return;
        }

        if (kind != RdbFormat.PlainNode)
        {
            throw reader.Damaged($"A list has a node of the unknown kind {kind}");
        }

        RdbString element = reader.ReadStringOrInteger();
        if (element.Length >= Listpack.SafeBytes)
        {
            throw reader.Damaged("An element of a list is too long");
        }

        using var builder = new ListpackBuilder(_heap);
        builder.Append(element.ToElement());
        list.AppendNode(_heap, builder.Build());
    }

    private void AppendZiplist(scoped ref RdbReader reader, Quicklist list)
    {
        Ziplist elements = OpenZiplist(ref reader, out int statedCount);
        using var builder = new ListpackBuilder(_heap);
        while (elements.TryRead(out RdbString element))
        {
            builder.Append(element.ToElement());
        }

        CheckEnd(ref reader, in elements, statedCount);
        list.AppendNode(_heap, builder.Build());
    }
}
