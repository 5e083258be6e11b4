using Spinel.DataStructures;
using Spinel.Memory;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Snapshot;

/// <summary>In what parts a value is shown.</summary>
internal enum PartKind : byte
{
    /// <summary>In none: it is compact, and written at once.</summary>
    None,

    /// <summary>The pieces of a long string.</summary>
    Text,

    /// <summary>The buckets of a hash or a set.</summary>
    Table,

    /// <summary>The leaves of a sorted set.</summary>
    Tree,

    /// <summary>The nodes of a list.</summary>
    List,

    /// <summary>The blocks of a stream, and then its groups.</summary>
    Stream,
}

/// <summary>Writes the parts whose order means nothing, so that they may be written when they are about to change.</summary>
internal interface IPartWriter
{
    void Write(RdbChunk chunk, TablePart part);

    void Write(RdbChunk chunk, TreePart part);
}

/// <summary>
/// The value of the record that is being written, part by part, as far as it does not depend on the form of the record: which walk shows it, and what becomes of the walk
/// when the value changes meanwhile. One serves one value at a time; it is kept and reused.
/// </summary>
internal sealed class ValueParts(NativeHeap heap, IPartWriter writer) : ITablePartSink, ITreePartSink
{
    private IRdbChunkTarget? _early;

    /// <summary>How the present value is shown.</summary>
    public PartKind Kind { get; private set; }

    public StringParts Text { get; } = new();

    public TableParts Table { get; } = new();

    public TreeParts Tree { get; } = new();

    public ListParts List { get; } = new();

    public StreamParts Stream { get; } = new();

    /// <summary>Forgets the value before: nothing is shown until <see cref="Begin"/>.</summary>
    public void Clear() => Kind = PartKind.None;

    /// <summary>Begins with a value.</summary>
    public PartKind Begin(KeyBlock block)
    {
        Kind = KindOf(block);
        switch (Kind)
        {
            case PartKind.Text:
                Text.Begin(block);
                break;
            case PartKind.Table:
                Table.Begin(block);
                break;
            case PartKind.Tree:
                Tree.Begin(block);
                break;
            case PartKind.List:
                List.Begin(block);
                break;
            case PartKind.Stream:
                Stream.Begin(block);
                break;
        }

        return Kind;
    }

    /// <summary>Lets the value change from now on: see <see cref="IRecordWriter.TryFreeze"/>.</summary>
    /// <returns>False when it is shown in no parts.</returns>
    public bool TryFreeze(IRdbChunkTarget target)
    {
        switch (Kind)
        {
            case PartKind.None:
                return false;
            case PartKind.Table:
                Table.Freeze(heap, this);
                break;
            case PartKind.Tree:
                Tree.Freeze(heap, this);
                break;
            case PartKind.List:
                List.Freeze(heap);
                break;
            case PartKind.Stream:
                Stream.Freeze(heap);
                break;
        }

        _early = target;
        return true;
    }

    /// <summary>Ends what <see cref="TryFreeze"/> began.</summary>
    public void Thaw()
    {
        Table.Thaw();
        Tree.Thaw();
        List.Thaw();
        Stream.Thaw();
        Text.Clear();
        _early = null;
    }

    void ITablePartSink.Take(TablePart part)
    {
        writer.Write(_early!.Chunk, part);
        _early.OnWritten();
    }

    void ITreePartSink.Take(TreePart part)
    {
        writer.Write(_early!.Chunk, part);
        _early.OnWritten();
    }

    private static PartKind KindOf(KeyBlock block) => block.Kind switch
    {
        ValueKind.String when StringParts.CanShow(block) => PartKind.Text,
        ValueKind.Hash or ValueKind.Set when TableParts.CanShow(block) => PartKind.Table,
        ValueKind.SortedSet when TreeParts.CanShow(block) => PartKind.Tree,
        ValueKind.List => PartKind.List,
        ValueKind.Stream => PartKind.Stream,
        _ => PartKind.None,
    };
}
