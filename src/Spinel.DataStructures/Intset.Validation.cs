using System.Buffers.Binary;

namespace Spinel.DataStructures;

public readonly unsafe partial struct Intset
{
    /// <summary>
    /// Whether bytes of foreign origin (a file, RESTORE, a primary) are a set with at least one member. The quick form looks at the
    /// header, which is enough to stay within the bytes; the <paramref name="deep"/> form checks that the members ascend.
    /// </summary>
    public static bool Validate(ReadOnlySpan<byte> bytes, bool deep)
    {
        if (!IsHeaderValid(bytes) || bytes.Length == HeaderBytes)
        {
            return false;
        }

        return !deep || Ascends(bytes);
    }

    private static bool IsHeaderValid(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes)
        {
            return false;
        }

        uint width = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        return width is sizeof(short) or sizeof(int) or sizeof(long)
            && HeaderBytes + ((long)count * width) == bytes.Length;
    }

    private static bool Ascends(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes)
        {
            // The header agrees with the length, so all indexes below Count lie within the bytes.
            Intset set = new(p);
            int count = set.Count;
            for (int i = 1; i < count; i++)
            {
                if (set.Read(i - 1) >= set.Read(i))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
