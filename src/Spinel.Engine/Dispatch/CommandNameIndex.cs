using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spinel.Engine.Dispatch;

/// <summary>
/// Finds a command by its name in any case, without allocating: the first lookup of every request.
/// </summary>
/// <remarks>
/// Open addressing with linear probing in a power-of-two array at most a quarter full. A name is folded eight bytes at a time into two words, its first
/// and last eight bytes (they overlap between 8 and 16), which are hash input and comparison at once; only longer names need their
/// middle compared. Cost: two folds, one multiplication, usually one slot. Names have at most <see cref="MaxNameLength"/> bytes.
/// Names are the server's own constants, so the hash needs no secret seed.
/// </remarks>
internal sealed class CommandNameIndex
{
    /// <summary>Longer names are no commands.</summary>
    public const int MaxNameLength = 64;

    private Slot[] _slots = new Slot[16];
    private int _count;

    public int Count => _count;

    public CommandDescriptor? Find(ReadOnlySpan<byte> name)
    {
        if ((uint)(name.Length - 1) >= MaxNameLength)
        {
            return null;
        }

        (ulong head, ulong tail) = Fold(name);
        Slot[] slots = _slots;
        int mask = slots.Length - 1;
        for (int i = Hash(head, tail) & mask; ; i = (i + 1) & mask)
        {
            ref Slot slot = ref slots[i];
            CommandDescriptor? command = slot.Command;
            if (command is null)
            {
                return null;
            }

            if (slot.Head == head && slot.Tail == tail && slot.Name.Length == name.Length
                && (name.Length <= 16 || SameMiddle(name, slot.Name)))
            {
                return command;
            }
        }
    }

    /// <summary>Adds a name that is not there yet.</summary>
    public void Add(byte[] name, CommandDescriptor command)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, MaxNameLength);
        if ((_count + 1) * 4 > _slots.Length)
        {
            Slot[] old = _slots;
            _slots = new Slot[old.Length * 2];
            foreach (Slot slot in old)
            {
                if (slot.Command is not null)
                {
                    Place(slot);
                }
            }
        }

        (ulong head, ulong tail) = Fold(name);
        Place(new Slot { Head = head, Tail = tail, Name = name, Command = command });
        _count++;
    }

    /// <summary>Removes a name. Renaming happens at start-up only, so everything behind it is simply placed again.</summary>
    public void Remove(ReadOnlySpan<byte> name)
    {
        CommandDescriptor? command = Find(name);
        if (command is null)
        {
            return;
        }

        Slot[] old = _slots;
        _slots = new Slot[old.Length];
        foreach (Slot slot in old)
        {
            if (slot.Command is not null && !Same(name, slot.Name))
            {
                Place(slot);
            }
        }

        _count--;
    }

    private static bool Same(ReadOnlySpan<byte> name, ReadOnlySpan<byte> other)
    {
        return name.Length == other.Length && Fold(name) == Fold(other) && (name.Length <= 16 || SameMiddle(name, other));
    }

    /// <summary>Compares what the first and last eight bytes leave, overlapping the last: the caller has compared those.</summary>
    private static bool SameMiddle(ReadOnlySpan<byte> name, ReadOnlySpan<byte> other)
    {
        for (int i = 8; i < name.Length - 8; i += 8)
        {
            if (ToLower(BinaryPrimitives.ReadUInt64LittleEndian(name[i..])) != ToLower(BinaryPrimitives.ReadUInt64LittleEndian(other[i..])))
            {
                return false;
            }
        }

        return true;
    }

    private void Place(Slot slot)
    {
        int mask = _slots.Length - 1;
        int i = Hash(slot.Head, slot.Tail) & mask;
        while (_slots[i].Command is not null)
        {
            i = (i + 1) & mask;
        }

        _slots[i] = slot;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Hash(ulong head, ulong tail)
    {
        ulong mixed = (head ^ BitRotate(tail)) * 0x9E37_79B9_7F4A_7C15;
        return (int)(mixed >> 40);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BitRotate(ulong word) => System.Numerics.BitOperations.RotateLeft(word, 23);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Head, ulong Tail) Fold(ReadOnlySpan<byte> name)
    {
        if (name.Length >= 8)
        {
            return (ToLower(BinaryPrimitives.ReadUInt64LittleEndian(name)), ToLower(BinaryPrimitives.ReadUInt64LittleEndian(name[^8..])));
        }

        ulong word;
        if (name.Length >= 4)
        {
            word = BinaryPrimitives.ReadUInt32LittleEndian(name) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(name[^4..]) << 32);
        }
        else
        {
            // One to three bytes: first, middle and last cover them all.
            word = name[0] | ((ulong)name[name.Length >> 1] << 8) | ((ulong)name[^1] << 16);
        }

        return (ToLower(word), (ulong)name.Length);
    }

    /// <summary>
    /// Eight ASCII letters to lower case at once. Per byte, with the top bit set aside: adding 0x3F carries into the top bit from 'A' on,
    /// adding 0x25 from behind 'Z' on; where only the first does and the byte is ASCII, bit 5 is set.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ToLower(ulong word)
    {
        const ulong Ones = 0x0101_0101_0101_0101;
        ulong low = word & (0x7F * Ones);
        ulong fromA = low + (0x3F * Ones);
        ulong beyondZ = low + (0x25 * Ones);
        ulong upper = (fromA ^ beyondZ) & ~word & (0x80 * Ones);
        return word | (upper >> 2);
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Slot
    {
        public ulong Head;
        public ulong Tail;
        public byte[] Name;
        public CommandDescriptor? Command;
    }
}
