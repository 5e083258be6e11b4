using System.Buffers.Text;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A handle on the one native block that is a key: its header, its name, its expiry and its value or the way to it.
/// </summary>
/// <remarks>
/// One block per key, because a lookup then costs one cache miss for name and short value together, and because every
/// pointer and allocator slot that a key does not have is memory saved a hundred million times.
/// <code>
///  0     kind (low 4 bits) and encoding (high 4 bits)
///  1..4  access clock (low 27 bits): eighths of a second for LRU, or minutes and counter for LFU;
///        flags (high 5 bits): which optional fields follow
///  5     key length, when below 255
///  6..7  length of the embedded value
///  8     [expiry, unix ms, i64] [word, i64] [key length, u32, and 4 bytes of padding] key bytes, value bytes
/// </code>
/// The word holds an integer value, the address of a <see cref="StringBody"/>, or the payload of a collection.
/// The fields before the key are 8-byte aligned, the key and the embedded value need no alignment.
/// The block's size follows from its header, so nothing stores it, and a change that keeps the size class happens in place.
/// <para>
/// Methods named With… may move the block: they return the handle to use from then on, and the caller stores it in its
/// tables when it differs. They keep key, expiry and access clock. Spans handed out are valid until the next such call.
/// The payload of a collection belongs to the caller, who frees it before the block or before overwriting it.
/// </para>
/// </remarks>
public readonly unsafe partial struct KeyBlock : IEquatable<KeyBlock>
{
    /// <summary>The expiry of a key that never expires.</summary>
    public const long NoExpiry = -1;

    /// <summary>Longest value, in bytes, that lives inside the block.</summary>
    public const int EmbeddedLimitBytes = 4096;

    /// <summary>Longest string value, in bytes.</summary>
    public const long MaxStringBytes = StringBody.MaxLength;

    /// <summary>Room, in bytes, for the digits of any integer value.</summary>
    public const int IntegerScratchBytes = 32;

    /// <summary>Bits of <see cref="AccessClock"/>.</summary>
    public const int AccessClockBits = 27;

    private const int HeaderBytes = 8;
    private const int ClockOffset = 1;
    private const uint ClockMask = (1u << AccessClockBits) - 1;
    private const int FlagsOffset = 4;
    private const int FlagsShift = 3;
    private const int KeyLengthOffset = 5;
    private const int EmbeddedLengthOffset = 6;
    private const int WideKeyLength = 255;

    // Kind, encoding, flags but the snapshot's, both lengths: all of the header but what comes and goes with time.
    private const ulong FormMask = 0xFFFF_FFFF_0000_00FF & ~((ulong)SnapshotMarkFlag << (FlagsShift + (8 * FlagsOffset))) & ~(7ul << (8 * FlagsOffset));
    private const ulong FormMark = 1ul << 8;

    private const int HasExpiryFlag = 1;
    private const int HasWordFlag = 2;
    private const int WideKeyFlag = 4;
    private const int OutOfLineFlag = 8;
    private const int SnapshotMarkFlag = 16;

    // The key's offset for each combination of the three low flags, one byte each: 8 plus 8 per optional field.
    private const ulong KeyOffsets = 0x2018_1810_1810_1008;

    private readonly byte* _bytes;

    internal KeyBlock(nint address) => _bytes = (byte*)address;

    private KeyBlock(byte* bytes) => _bytes = bytes;

    public bool IsNull => _bytes == null;

    /// <summary>The block's identity; changes only when a With… method returns another handle.</summary>
    public nint Address => (nint)_bytes;

    public ReadOnlySpan<byte> Key => new(_bytes + KeyOffset(Flags), KeyLength);

    public ValueKind Kind => (ValueKind)(_bytes[0] & 0x0F);

    public ValueEncoding Encoding => (ValueEncoding)(_bytes[0] >> 4);

    public bool HasExpiry => (Flags & HasExpiryFlag) != 0;

    /// <summary>When the key expires, in Unix milliseconds, or <see cref="NoExpiry"/>.</summary>
    public long ExpiryMs => HasExpiry ? *(long*)(_bytes + HeaderBytes) : NoExpiry;

    /// <summary>The <see cref="AccessClockBits"/> bits that belong to the eviction policy.</summary>
    public uint AccessClock => *(uint*)(_bytes + ClockOffset) & ClockMask;

    /// <summary>A bit that belongs to snapshots: which keys the one under way has dealt with. It stays with the key when the block moves.</summary>
    public bool SnapshotMark => (Flags & SnapshotMarkFlag) != 0;

    /// <summary>Whether the value is a string kept as a 64-bit integer.</summary>
    public bool IsInteger => _bytes[0] == ((byte)ValueEncoding.Int << 4 | (byte)ValueKind.String);

    /// <summary>Whether the key is more than one compact block: a string above <see cref="EmbeddedLimitBytes"/>, or a collection that is a table, a tree or a list of parts.</summary>
    public bool IsLarge => Kind == ValueKind.String
        ? (Flags & OutOfLineFlag) != 0
        : Encoding is not (ValueEncoding.ListPack or ValueEncoding.IntSet);

    /// <summary>The integer value. Precondition: <see cref="IsInteger"/>.</summary>
    public long Integer
    {
        get
        {
            Debug.Assert(IsInteger);
            return Word;
        }
    }

    /// <summary>What a collection's key holds: the address of its content. Precondition: made by <see cref="CreateObject"/> or <see cref="WithObject"/>.</summary>
    public nint Payload
    {
        get
        {
            Debug.Assert((Flags & (HasWordFlag | OutOfLineFlag)) == HasWordFlag && !IsInteger);
            return (nint)Word;
        }
    }

    /// <summary>The address of the block in which a long string lies; zero when the value is anything else.</summary>
    public nint BodyAddress => (Flags & OutOfLineFlag) != 0 ? (nint)Word : 0;

    /// <summary>The bytes of a string that is no integer.</summary>
    public ReadOnlySpan<byte> StringBytes => MutableStringBytes;

    /// <summary>The bytes of a string that is no integer, to be changed in place.</summary>
    public Span<byte> MutableStringBytes
    {
        get
        {
            Debug.Assert(Kind == ValueKind.String && !IsInteger);
            int flags = Flags;
            return (flags & OutOfLineFlag) != 0
                ? Body.Content
                : new Span<byte>(_bytes + KeyOffset(flags) + KeyLength, EmbeddedLength);
        }
    }

    /// <summary>Length of the string in bytes; of an integer, of its decimal form.</summary>
    public int StringLength => IsInteger ? DecimalLength(Word) : StringBytes.Length;

    /// <summary>
    /// Of a string without expiry in one block: what the header says besides the access clock; of everything else 0. Equal forms of one key occupy the same bytes, and nothing else
    /// has to be read to know it.
    /// </summary>
    public ulong Form => (_bytes[0] & 0x0F) == (int)ValueKind.String && (Flags & (HasExpiryFlag | OutOfLineFlag)) == 0
        ? (*(ulong*)_bytes & FormMask) | FormMark
        : 0;

    /// <summary>Bytes that the block occupies in the heap, without what it points to.</summary>
    public long BlockBytes => (long)NativeHeap.UsableSize(BlockSize);

    /// <summary>Bytes that the key occupies in the heap, with the body of a long string but without a collection's payload.</summary>
    public long MemoryBytes => BlockBytes + ((Flags & OutOfLineFlag) != 0 ? Body.MemoryBytes : 0);

    /// <summary>
    /// The work of <see cref="Free"/>, in units of one small block. Returning memory to the system costs about one unit per page,
    /// so a long string is worth handing to another thread.
    /// </summary>
    public long FreeEffort => 1 + ((Flags & OutOfLineFlag) != 0 ? Body.Capacity / 4096 : 0);

    private int Flags => _bytes[FlagsOffset] >> FlagsShift;

    private int EmbeddedLength => *(ushort*)(_bytes + EmbeddedLengthOffset);

    private int KeyLength
    {
        get
        {
            int length = _bytes[KeyLengthOffset];
            return length != WideKeyLength ? length : *(int*)(_bytes + KeyOffset(Flags) - 8);
        }
    }

    private long Word
    {
        get => *(long*)(_bytes + WordOffset(Flags));
        set => *(long*)(_bytes + WordOffset(Flags)) = value;
    }

    private StringBody Body
    {
        get
        {
            Debug.Assert((Flags & OutOfLineFlag) != 0);
            return new StringBody((nint)Word);
        }
    }

    private nuint BlockSize => SizeOf(Flags, KeyLength, EmbeddedLength);

    /// <summary>The bytes that a block of such a form occupies.</summary>
    /// <param name="form">Not 0: see <see cref="Form"/>.</param>
    /// <param name="keyLength">The length of the key.</param>
    public static long BytesOfForm(ulong form, int keyLength) =>
        (long)NativeHeap.UsableSize(SizeOf((int)(byte)(form >> (8 * FlagsOffset)) >> FlagsShift, keyLength, (int)(form >> (8 * EmbeddedLengthOffset))));

    public static bool operator ==(KeyBlock left, KeyBlock right) => left._bytes == right._bytes;

    public static bool operator !=(KeyBlock left, KeyBlock right) => left._bytes != right._bytes;

    public bool Equals(KeyBlock other) => _bytes == other._bytes;

    public override bool Equals(object? obj) => obj is KeyBlock other && Equals(other);

    public override int GetHashCode() => ((nint)_bytes).GetHashCode();

    /// <summary>Keeps the low <see cref="AccessClockBits"/> bits of <paramref name="clock"/>.</summary>
    public void SetAccessClock(uint clock)
    {
        uint* word = (uint*)(_bytes + ClockOffset);
        *word = (*word & ~ClockMask) | (clock & ClockMask);
    }

    /// <summary>Sets <see cref="SnapshotMark"/>.</summary>
    public void SetSnapshotMark(bool mark) => SetFlags(mark ? Flags | SnapshotMarkFlag : Flags & ~SnapshotMarkFlag);

    /// <summary>Moves the expiry of a key that has one: <see cref="HasExpiry"/> is a precondition.</summary>
    public void SetExpiryMs(long expiryMs)
    {
        Debug.Assert(HasExpiry);
        *(long*)(_bytes + HeaderBytes) = expiryMs;
    }

    /// <summary>Replaces the integer of a key that holds one: <see cref="IsInteger"/> is a precondition.</summary>
    public void SetInteger(long value)
    {
        Debug.Assert(IsInteger);
        *(long*)(_bytes + WordOffset(Flags)) = value;
    }

    /// <summary>Replaces the payload, and the encoding that goes with it, of a collection's key.</summary>
    public void SetPayload(nint payload, ValueEncoding encoding)
    {
        Debug.Assert((Flags & (HasWordFlag | OutOfLineFlag)) == HasWordFlag && !IsInteger);
        *(long*)(_bytes + WordOffset(Flags)) = payload;
        SetEncoding(encoding);
    }

    /// <summary>Replaces the payload of a collection's key.</summary>
    public void SetPayload(nint payload) => SetPayload(payload, Encoding);

    /// <summary>Sets what OBJECT ENCODING reports.</summary>
    public void SetEncoding(ValueEncoding encoding)
    {
        Debug.Assert(IsInteger == (Kind == ValueKind.String && encoding == ValueEncoding.Int));
        _bytes[0] = TypeByte(Kind, encoding);
    }

    /// <summary>The value of any string key: its bytes, or the digits of an integer written to <paramref name="scratch"/>.</summary>
    /// <param name="scratch">At least <see cref="IntegerScratchBytes"/> bytes.</param>
    public ReadOnlySpan<byte> GetString(Span<byte> scratch)
    {
        if (!IsInteger)
        {
            return StringBytes;
        }

        Utf8Formatter.TryFormat(Word, scratch, out int length);
        return scratch[..length];
    }

    /// <summary>Frees the block and the body of a long string. A collection's payload is the caller's to free before.</summary>
    public void Free(NativeHeap heap)
    {
        if ((Flags & OutOfLineFlag) != 0)
        {
            Body.Free(heap);
        }

        heap.Free(_bytes, BlockSize);
    }

    /// <summary>As <see cref="Free"/>, from a thread that does not own the heap.</summary>
    public void FreeFromOtherThread(NativeHeap heap)
    {
        if ((Flags & OutOfLineFlag) != 0)
        {
            Body.FreeFromOtherThread(heap);
        }

        heap.FreeFromOtherThread(_bytes, BlockSize);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int KeyOffset(int flags) => (int)(KeyOffsets >> ((flags & 7) << 3)) & 0xFF;

    private void SetFlags(int flags) => _bytes[FlagsOffset] = (byte)((_bytes[FlagsOffset] & ((1 << FlagsShift) - 1)) | (flags << FlagsShift));

    private static int WordOffset(int flags) => HeaderBytes + ((flags & HasExpiryFlag) << 3);

    private static nuint SizeOf(int flags, int keyLength, int embeddedLength) =>
        (nuint)(uint)KeyOffset(flags) + (nuint)(uint)keyLength + (nuint)(uint)embeddedLength;

    private static byte TypeByte(ValueKind kind, ValueEncoding encoding) => (byte)((int)encoding << 4 | (int)kind);

    private static int DecimalLength(long value)
    {
        int sign = value < 0 ? 1 : 0;
        ulong magnitude = value < 0 ? 0UL - (ulong)value : (ulong)value;
        int digits = 1;
        while (magnitude >= 10)
        {
            magnitude /= 10;
            digits++;
        }

        return sign + digits;
    }
}
