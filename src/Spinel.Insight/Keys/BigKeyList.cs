using Spinel.DataStructures;
using Spinel.Engine;

namespace Spinel.Insight.Keys;

/// <summary>
/// The largest keys of one type. Besides them it knows how large a key may be that is not among them (<see cref="Floor"/>): above that the list is exact, and when too
/// little of it is left above, somebody has to look at all keys again.
/// </summary>
internal sealed class BigKeyList
{
    /// <summary>More than anybody asks for, so that many may go before the list runs short.</summary>
    public const int Capacity = 128;

    private readonly ulong[] _ids = new ulong[Capacity];
    private readonly BigKey[] _keys = new BigKey[Capacity];

    public int Count { get; private set; }

    /// <summary>No key of this type that is not in the list is larger.</summary>
    public long Floor { get; private set; }

    public ref BigKey this[int index] => ref _keys[index];

    /// <summary>The place of a key, or -1.</summary>
    public int IndexOf(Database database, ulong hash)
    {
        int at = _ids.AsSpan(0, Count).IndexOf(hash);
        return at >= 0 && _keys[at].Database == database ? at : -1;
    }

    /// <summary>Enters a key that is not in the list, if it is large enough.</summary>
    public void Offer(Database database, KeyBlock block, ulong hash, long bytes, long elements)
    {
        int at = Count;
        if (Count == Capacity)
        {
            at = Smallest();
            if (_keys[at].Bytes >= bytes)
            {
                Floor = Math.Max(Floor, bytes);
                return;
            }

            Floor = Math.Max(Floor, _keys[at].Bytes);
        }
        else
        {
            Count++;
        }

        _ids[at] = hash;
        ref BigKey key = ref _keys[at];
        key.Database = database;
        key.Bytes = bytes;
        key.Elements = elements;
        ReadOnlySpan<byte> name = block.Key;
        if (key.Name is null || key.Name.Length < name.Length)
        {
            key.Name = new byte[name.Length];
        }

        name.CopyTo(key.Name);
        key.NameLength = name.Length;
    }

    public void RemoveAt(int index)
    {
        Count--;

        // The last one's array goes where the removed one's was, and the other way round: it is used again.
        (_keys[index], _keys[Count]) = (_keys[Count], _keys[index]);
        _ids[index] = _ids[Count];
        _keys[Count].Database = null;
    }

    /// <summary>All keys are about to be offered again. What is listed stays meanwhile, so that nobody sees a list that is half made.</summary>
    public void BeginWalk() => Floor = 0;

    private int Smallest()
    {
        int smallest = 0;
        for (int i = 1; i < Count; i++)
        {
            smallest = _keys[i].Bytes < _keys[smallest].Bytes ? i : smallest;
        }

        return smallest;
    }
}

/// <summary>A key in a list of large ones.</summary>
internal struct BigKey
{
    public Database? Database;
    public byte[]? Name;
    public int NameLength;
    public long Bytes;

    /// <summary>Its elements when it was measured; of a string its length.</summary>
    public long Elements;

    public readonly ReadOnlySpan<byte> NameBytes => Name.AsSpan(0, NameLength);
}
