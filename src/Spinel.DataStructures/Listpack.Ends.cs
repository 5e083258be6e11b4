using System.Diagnostics;

namespace Spinel.DataStructures;

// Changes at either end for an owner whose block is larger than the listpack (QuicklistNode): nothing is moved but the header.
public readonly unsafe partial struct Listpack
{
    /// <summary>How many bytes so many values take from a position on.</summary>
    internal int LengthOf(int position, int count)
    {
        byte* p = _bytes + position;
        for (; count > 0 && *p != ListpackEntry.End; count--)
        {
            p += ListpackEntry.FullSize(p);
        }

        return (int)(p - _bytes) - position;
    }

    /// <summary>Adds a value at the start. Precondition: <see cref="ListpackElement.TotalBytes"/> bytes before the listpack are free.</summary>
    internal Listpack PrependInPlace(scoped ListpackElement element)
    {
        AssertForeign(element);
        int added = element.TotalBytes;
        Listpack result = MoveStart(-added, 1);
        element.Write(result._bytes + HeaderBytes);
        return result;
    }

    /// <summary>Adds a value at the end. Precondition: <see cref="ListpackElement.TotalBytes"/> bytes behind the listpack are free.</summary>
    internal void AppendInPlace(scoped ListpackElement element)
    {
        AssertForeign(element);
        *element.Write(_bytes + EndPosition) = ListpackEntry.End;
        ChangeSize(element.TotalBytes, 1);
    }

    /// <summary>Removes the first values, which are so many bytes long; their bytes are free afterwards.</summary>
    internal Listpack DropFirstInPlace(int length, int count) => MoveStart(length, -count);

    /// <summary>Removes the last values, which are so many bytes long; their bytes are free afterwards.</summary>
    internal Listpack DropLastInPlace(int length, int count)
    {
        _bytes[EndPosition - length] = ListpackEntry.End;
        ChangeSize(-length, -count);
        return this;
    }

    private Listpack MoveStart(int offset, int countChange)
    {
        // The two headers may overlap.
        int total = TotalBytes - offset;
        int count = StoredCount;
        Debug.Assert(total >= EmptyBytes);
        Listpack result = new(_bytes + offset) { TotalBytes = total };
        result.SetCount(count == UnknownCount ? UnknownCount : count + countChange);
        return result;
    }

    private void ChangeSize(int added, int countChange)
    {
        *(int*)_bytes = TotalBytes + added;
        if (StoredCount != UnknownCount)
        {
            SetCount(StoredCount + countChange);
        }
    }
}
