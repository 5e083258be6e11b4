using System.Diagnostics;
using Spinel.Memory;

namespace Spinel.DataStructures;

// Creation and the changes that may move the block. All of them come down to Reshape: one place knows how the fields of
// one layout travel to another, in place when the size class stays the same.
public readonly unsafe partial struct KeyBlock
{
    /// <summary>A key with a string value. The encoding is what clients are told; the length decides where the bytes live.</summary>
    public static KeyBlock CreateString(
        NativeHeap heap, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ValueEncoding encoding, long expiryMs = NoExpiry)
    {
        Debug.Assert(encoding != ValueEncoding.Int);
        byte type = TypeByte(ValueKind.String, encoding);
        if (value.Length > EmbeddedLimitBytes)
        {
            KeyBlock withBody = Create(heap, key, type, HasWordFlag | OutOfLineFlag, 0, expiryMs);
            withBody.Word = StringBody.Create(heap, value).Address;
            return withBody;
        }

        KeyBlock block = Create(heap, key, type, 0, value.Length, expiryMs);
        value.CopyTo(block.MutableStringBytes);
        return block;
    }

    /// <summary>A key with an integer value.</summary>
    public static KeyBlock CreateInteger(NativeHeap heap, ReadOnlySpan<byte> key, long value, long expiryMs = NoExpiry)
    {
        KeyBlock block = Create(heap, key, TypeByte(ValueKind.String, ValueEncoding.Int), HasWordFlag, 0, expiryMs);
        block.Word = value;
        return block;
    }

    /// <summary>A key with a collection, of which the block holds the address (or any other word that the owner understands).</summary>
    public static KeyBlock CreateObject(
        NativeHeap heap, ReadOnlySpan<byte> key, ValueKind kind, ValueEncoding encoding, nint payload, long expiryMs = NoExpiry)
    {
        Debug.Assert(kind != ValueKind.String);
        KeyBlock block = Create(heap, key, TypeByte(kind, encoding), HasWordFlag, 0, expiryMs);
        block.Word = payload;
        return block;
    }

    /// <summary>
    /// Overwrites the value with a string; in place and without allocation when the size class stays the same.
    /// </summary>
    /// <param name="heap">The heap that the block came from.</param>
    /// <param name="value">Must not lie in this block or its body.</param>
    /// <param name="encoding">What OBJECT ENCODING reports; not <see cref="ValueEncoding.Int"/>.</param>
    public KeyBlock WithString(NativeHeap heap, ReadOnlySpan<byte> value, ValueEncoding encoding)
    {
        Debug.Assert(encoding != ValueEncoding.Int);
        int flags = Flags;
        byte type = TypeByte(ValueKind.String, encoding);
        if (value.Length > EmbeddedLimitBytes)
        {
            return WithBody(heap, value, type);
        }

        if ((flags & OutOfLineFlag) != 0)
        {
            Body.Free(heap);
        }

        KeyBlock block = this;
        if ((flags & HasWordFlag) != 0 || value.Length != EmbeddedLength)
        {
            block = Reshape(heap, flags & HasExpiryFlag, value.Length, 0);
        }

        block._bytes[0] = type;
        value.CopyTo(new Span<byte>(block._bytes + KeyOffset(block.Flags) + block.KeyLength, value.Length));
        return block;
    }

    /// <summary>Overwrites the value with an integer.</summary>
    public KeyBlock WithInteger(NativeHeap heap, long value) =>
        WithWord(heap, TypeByte(ValueKind.String, ValueEncoding.Int), value);

    /// <summary>Sets when the key expires.</summary>
    public KeyBlock WithExpiry(NativeHeap heap, long expiryMs)
    {
        KeyBlock block = HasExpiry ? this : Reshape(heap, Flags | HasExpiryFlag, EmbeddedLength, EmbeddedLength);
        block.SetExpiryMs(expiryMs);
        return block;
    }

    /// <summary>Makes the key one that never expires.</summary>
    public KeyBlock WithoutExpiry(NativeHeap heap) =>
        HasExpiry ? Reshape(heap, Flags & ~HasExpiryFlag, EmbeddedLength, EmbeddedLength) : this;

    /// <summary>
    /// Changes the length of a string (an integer becomes its digits first) and gives its content to write to: old bytes
    /// as they were, added ones zero. The encoding becomes <see cref="ValueEncoding.Raw"/>.
    /// </summary>
    /// <remarks>
    /// Appending byte by byte costs amortised constant time: inside the block each size class is a step of a fixed
    /// fraction, and a body grows geometrically (see <see cref="StringBody.Resize"/>).
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or above <see cref="MaxStringBytes"/>.</exception>
    public KeyBlock Resize(NativeHeap heap, long newLength, out Span<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(newLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(newLength, MaxStringBytes);
        Debug.Assert(Kind == ValueKind.String);

        KeyBlock block = this;
        if (IsInteger)
        {
            Span<byte> digits = stackalloc byte[IntegerScratchBytes];
            block = WithString(heap, GetString(digits), ValueEncoding.Raw);
        }

        block._bytes[0] = TypeByte(ValueKind.String, ValueEncoding.Raw);
        if ((block.Flags & OutOfLineFlag) != 0)
        {
            block.Word = block.Body.Resize(heap, newLength).Address;
        }
        else if (newLength > EmbeddedLimitBytes)
        {
            block = block.MoveOutOfLine(heap, newLength);
        }
        else
        {
            int oldLength = block.EmbeddedLength;
            block = block.Reshape(heap, block.Flags, (int)newLength, Math.Min(oldLength, (int)newLength));
            if (newLength > oldLength)
            {
                block.MutableStringBytes[oldLength..].Clear();
            }
        }

        content = block.MutableStringBytes;
        return block;
    }

    /// <summary>Gives the key another name. The value moves along; nothing that it points to is copied.</summary>
    /// <param name="heap">The heap that the block came from.</param>
    /// <param name="newKey">Must not lie in this block.</param>
    public KeyBlock WithKey(NativeHeap heap, ReadOnlySpan<byte> newKey)
    {
        KeyBlock block = CopyWithKey(heap, newKey);
        heap.Free(_bytes, BlockSize);
        return block;
    }

    /// <summary>A copy of a string key under another name, with the same expiry and access clock.</summary>
    public KeyBlock Clone(NativeHeap heap, ReadOnlySpan<byte> newKey)
    {
        Debug.Assert(Kind == ValueKind.String);
        KeyBlock block = CopyWithKey(heap, newKey);
        if ((Flags & OutOfLineFlag) != 0)
        {
            block.Word = StringBody.Create(heap, Body.Content).Address;
        }

        return block;
    }

    /// <summary>Moves the block to where the heap would rather have it: see <see cref="NativeHeap.MoveIfSparse"/>. What it points to stays.</summary>
    public KeyBlock Compact(NativeHeap heap) => new(heap.MoveIfSparse(_bytes, BlockSize));

    /// <summary>Moves the body of a long string to where the heap would rather have it.</summary>
    /// <returns>Whether it moved.</returns>
    internal bool CompactBody(NativeHeap heap)
    {
        if ((Flags & OutOfLineFlag) == 0)
        {
            return false;
        }

        KeyBlock block = this;
        nint old = Body.Address;
        block.Word = Body.Compact(heap).Address;
        return block.Word != old;
    }

    private static KeyBlock Create(
        NativeHeap heap, ReadOnlySpan<byte> key, byte type, int flags, int embeddedLength, long expiryMs)
    {
        flags |= (expiryMs != NoExpiry ? HasExpiryFlag : 0) | (key.Length >= WideKeyLength ? WideKeyFlag : 0);
        KeyBlock block = new(heap.Allocate(SizeOf(flags, key.Length, embeddedLength)));
        block.WriteHeader(type, flags, key.Length, embeddedLength);
        if (expiryMs != NoExpiry)
        {
            block.SetExpiryMs(expiryMs);
        }

        // The block was allocated for these flags and this key length.
        key.CopyTo(new Span<byte>(block._bytes + KeyOffset(flags), key.Length));
        return block;
    }

    private KeyBlock CopyWithKey(NativeHeap heap, ReadOnlySpan<byte> newKey)
    {
        int embedded = EmbeddedLength;
        int flags = Flags & (HasWordFlag | OutOfLineFlag);
        KeyBlock block = Create(heap, newKey, _bytes[0], flags, embedded, ExpiryMs);
        block.SetAccessClock(AccessClock);
        if ((flags & HasWordFlag) != 0)
        {
            block.Word = Word;
        }

        Buffer.MemoryCopy(_bytes + KeyOffset(Flags) + KeyLength, block._bytes + KeyOffset(block.Flags) + newKey.Length, embedded, embedded);
        return block;
    }

    private KeyBlock WithBody(NativeHeap heap, ReadOnlySpan<byte> value, byte type)
    {
        if ((Flags & OutOfLineFlag) == 0)
        {
            return WithWord(heap, type, StringBody.Create(heap, value).Address, OutOfLineFlag);
        }

        KeyBlock block = this;
        if (Body.Suits(value.Length))
        {
            Body.Overwrite(value);
        }
        else
        {
            Body.Free(heap);
            block.Word = StringBody.Create(heap, value).Address;
        }

        block._bytes[0] = type;
        return block;
    }

    private KeyBlock WithWord(NativeHeap heap, byte type, long word, int bodyFlag = 0)
    {
        if ((Flags & OutOfLineFlag) != 0)
        {
            Body.Free(heap);
        }

        int flags = (Flags & HasExpiryFlag) | HasWordFlag | bodyFlag;
        KeyBlock block = (Flags & HasWordFlag) != 0 ? this : Reshape(heap, flags, 0, 0);
        block.SetFlags((block.Flags & ~OutOfLineFlag) | bodyFlag);
        block._bytes[0] = type;
        block.Word = word;
        return block;
    }

    private KeyBlock MoveOutOfLine(NativeHeap heap, long newLength)
    {
        ReadOnlySpan<byte> old = StringBytes;
        StringBody body = StringBody.CreateEmpty(heap, old.IsEmpty ? newLength : StringBody.GrownCapacity(newLength));
        body.Overwrite(old);
        body = body.Resize(heap, newLength);
        return WithWord(heap, _bytes[0], body.Address, OutOfLineFlag);
    }

    /// <summary>
    /// Brings the block into the layout of the flags given (whether the key is wide stays as it is) and the embedded length,
    /// keeping clock, expiry, word and key where both layouts have them, and the first <paramref name="keptBytes"/> of the value.
    /// </summary>
    private KeyBlock Reshape(NativeHeap heap, int newFlags, int newEmbeddedLength, int keptBytes)
    {
        int oldFlags = Flags;
        int keyLength = KeyLength;
        newFlags = (newFlags & ~(WideKeyFlag | SnapshotMarkFlag)) | (oldFlags & (WideKeyFlag | SnapshotMarkFlag));
        nuint oldSize = SizeOf(oldFlags, keyLength, EmbeddedLength);
        nuint newSize = SizeOf(newFlags, keyLength, newEmbeddedLength);
        byte type = _bytes[0];
        uint clock = AccessClock;
        long expiryMs = ExpiryMs;
        long word = (oldFlags & HasWordFlag) != 0 ? Word : 0;

        bool inPlace = NativeHeap.UsableSize(oldSize) == NativeHeap.UsableSize(newSize);
        KeyBlock block = inPlace ? this : new KeyBlock(heap.Allocate(newSize));

        // keptBytes is at most either embedded length, so both ranges lie in their blocks. They may overlap: MemoryCopy allows it.
        long moved = (long)keyLength + keptBytes;
        Buffer.MemoryCopy(_bytes + KeyOffset(oldFlags), block._bytes + KeyOffset(newFlags), moved, moved);
        block.WriteHeader(type, newFlags, keyLength, newEmbeddedLength);
        block.SetAccessClock(clock);
        if ((newFlags & HasExpiryFlag) != 0)
        {
            block.SetExpiryMs(expiryMs);
        }

        if ((newFlags & HasWordFlag) != 0)
        {
            block.Word = word;
        }

        if (!inPlace)
        {
            heap.Free(_bytes, oldSize);
        }

        return block;
    }

    private void WriteHeader(byte type, int flags, int keyLength, int embeddedLength)
    {
        // The clock starts at zero.
        *(uint*)_bytes = type;
        _bytes[FlagsOffset] = (byte)(flags << FlagsShift);
        *(ushort*)(_bytes + EmbeddedLengthOffset) = (ushort)embeddedLength;
        if ((flags & WideKeyFlag) == 0)
        {
            _bytes[KeyLengthOffset] = (byte)keyLength;
            return;
        }

        _bytes[KeyLengthOffset] = WideKeyLength;
        *(long*)(_bytes + KeyOffset(flags) - 8) = keyLength;
    }
}
