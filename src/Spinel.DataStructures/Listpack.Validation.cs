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
        int count = 0;
        fixed (byte* start = bytes)
        {
            byte* end = start + bytes.Length - 1;
            for (byte* p = start + HeaderBytes; p < end; count++)
            {
                // Nearly all entries of small collections: at most 64 bytes, so that their backlen is one byte, which must lie before the end as well.
                int head = *p;
                int size = head < ListpackEntry.String6 ? 1 : head < ListpackEntry.Integer13 ? 1 + (head & (ListpackEntry.String6Limit - 1)) : 0;
                if (size == 0)
                {
                    size = CheckedFullSize(p, end);
                    if (size < 0)
                    {
                        return false;
                    }

                    p += size;
                }
                else if (size < end - p && p[size] == size)
                {
                    p += size + 1;
                }
                else
                {
                    return false;
                }
            }
        }

        return stated == UnknownCount || stated == count;
    }

    /// <summary>Bytes of an entry with its backlen, or -1 when it is none, or does not end before <paramref name="end"/>.</summary>
    private static int CheckedFullSize(byte* p, byte* end)
    {
        var rest = new ReadOnlySpan<byte>(p, (int)(end - p));
        int size = ListpackEntry.CheckedSize(rest);
        if (size < 0)
        {
            return -1;
        }

        Span<byte> backlen = stackalloc byte[sizeof(ulong)];
        int backlenBytes;
        fixed (byte* target = backlen)
        {
            backlenBytes = ListpackEntry.WriteBacklen(target, size);
        }

        return rest[size..].StartsWith(backlen[..backlenBytes]) ? size + backlenBytes : -1;
    }
}
