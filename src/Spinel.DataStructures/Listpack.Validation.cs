using System.Buffers.Binary;

namespace Spinel.DataStructures;

public readonly unsafe partial struct Listpack
{
    /// <summary>
    /// Whether bytes of foreign origin (a file, RESTORE, a primary) are a listpack. The quick form looks at the header and
    /// the end only and suits what was written by ourselves. The <paramref name="deep"/> form walks all entries: a listpack that
    /// it accepts can be read in both directions without leaving its bytes.
    /// </summary>
    public static bool Validate(ReadOnlySpan<byte> bytes, bool deep)
    {
        if (bytes.Length < EmptyBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != (uint)bytes.Length
            || bytes[^1] != ListpackEntry.End)
        {
            return false;
        }

        return !deep || ValidateEntries(bytes);
    }

    private static bool ValidateEntries(ReadOnlySpan<byte> bytes)
    {
        int stated = BinaryPrimitives.ReadUInt16LittleEndian(bytes[CountOffset..]);
        ReadOnlySpan<byte> rest = bytes[HeaderBytes..^1];
        Span<byte> backlen = stackalloc byte[sizeof(ulong)];
        int count = 0;
        for (; !rest.IsEmpty; count++)
        {
            int size = ListpackEntry.CheckedSize(rest);
            if (size < 0)
            {
                return false;
            }

            int backlenBytes;
            fixed (byte* p = backlen)
            {
                backlenBytes = ListpackEntry.WriteBacklen(p, size);
            }

            if (!rest[size..].StartsWith(backlen[..backlenBytes]))
            {
                return false;
            }

            rest = rest[(size + backlenBytes)..];
        }

        return stated == UnknownCount || stated == count;
    }
}
