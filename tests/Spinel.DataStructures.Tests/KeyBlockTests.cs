using System.Text;

namespace Spinel.DataStructures.Tests;

public sealed class KeyBlockTests
{
    private static readonly byte[] SixteenByteKey = Encoding.ASCII.GetBytes("key:000000000042");

    [Fact]
    public void Sizes_are_the_ones_the_layout_is_made_for()
    {
        using CheckedHeap heap = new();
        KeyBlock text = KeyBlock.CreateString(heap, SixteenByteKey, new byte[32], ValueEncoding.EmbStr);
        KeyBlock textWithExpiry = KeyBlock.CreateString(heap, SixteenByteKey, new byte[32], ValueEncoding.EmbStr, 1000);
        KeyBlock integer = KeyBlock.CreateInteger(heap, SixteenByteKey, 12345678);

        Assert.Equal(56, text.BlockBytes);
        Assert.Equal(64, textWithExpiry.BlockBytes);
        Assert.Equal(32, integer.BlockBytes);

        text.Free(heap);
        textWithExpiry.Free(heap);
        integer.Free(heap);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(70_000)]
    public void Keys_of_any_length_survive_every_change(int keyLength)
    {
        using CheckedHeap heap = new();
        byte[] key = Bytes(keyLength, 1);
        KeyBlock block = KeyBlock.CreateString(heap, key, "value"u8, ValueEncoding.EmbStr);
        block.SetAccessClock(0x5ABCDEF);
        Check("value");
        block = block.WithExpiry(heap, 77);
        Check("value");
        Assert.Equal(77, block.ExpiryMs);
        block = block.WithString(heap, Bytes(5000, 2), ValueEncoding.Raw);
        Assert.True(key.AsSpan().SequenceEqual(block.Key));
        block = block.WithInteger(heap, -42);
        Check("-42");
        block = block.WithoutExpiry(heap);
        Check("-42");
        Assert.Equal(KeyBlock.NoExpiry, block.ExpiryMs);
        block = block.WithString(heap, "other"u8, ValueEncoding.EmbStr);
        Check("other");
        Assert.Equal(0x5ABCDEFu, block.AccessClock);
        block.Free(heap);

        void Check(string value)
        {
            Assert.True(key.AsSpan().SequenceEqual(block.Key));
            Assert.Equal(value, Encoding.ASCII.GetString(block.GetString(stackalloc byte[KeyBlock.IntegerScratchBytes])));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(43)]
    [InlineData(44)]
    [InlineData(45)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(3_000_000)]
    public void Values_of_any_length_are_kept_whole(int length)
    {
        using CheckedHeap heap = new();
        byte[] value = Bytes(length, 3);
        KeyBlock block = KeyBlock.CreateString(heap, SixteenByteKey, value, ValueEncoding.Raw);
        Assert.True(value.AsSpan().SequenceEqual(block.StringBytes));
        Assert.Equal(length, block.StringLength);
        Assert.True(block.MemoryBytes >= length + 24);

        KeyBlock copy = block.Clone(heap, "copy"u8);
        block.MutableStringBytes.Clear();
        Assert.True(value.AsSpan().SequenceEqual(copy.StringBytes));
        Assert.True("copy"u8.SequenceEqual(copy.Key));
        block.Free(heap);
        copy.Free(heap);
    }

    [Fact]
    public void Overwriting_within_the_size_class_stays_in_place()
    {
        using CheckedHeap heap = new();
        KeyBlock block = KeyBlock.CreateString(heap, SixteenByteKey, new byte[32], ValueEncoding.EmbStr);
        Assert.Equal(block, block.WithString(heap, Bytes(32, 1), ValueEncoding.EmbStr));
        Assert.Equal(block, block.WithString(heap, Bytes(31, 1), ValueEncoding.EmbStr));

        KeyBlock longer = block.WithString(heap, new byte[10_000], ValueEncoding.Raw);
        Assert.Equal(longer, longer.WithString(heap, Bytes(9_000, 2), ValueEncoding.Raw));
        Assert.True(Bytes(9_000, 2).AsSpan().SequenceEqual(longer.StringBytes));
        longer.Free(heap);
    }

    [Fact]
    public void Appending_byte_by_byte_allocates_rarely()
    {
        using CheckedHeap heap = new();
        KeyBlock block = KeyBlock.CreateString(heap, SixteenByteKey, default, ValueEncoding.Raw);
        int moves = 0;
        long memory = block.MemoryBytes;
        for (int i = 0; i < 100_000; i++)
        {
            block = block.Resize(heap, i + 1, out Span<byte> content);
            content[i] = (byte)i;
            moves += block.MemoryBytes != memory ? 1 : 0;
            memory = block.MemoryBytes;
        }

        ReadOnlySpan<byte> bytes = block.StringBytes;
        for (int i = 0; i < 100_000; i++)
        {
            Assert.Equal((byte)i, bytes[i]);
        }

        // One per size class up to the embedded limit (every 8 bytes at worst), then one per doubling.
        Assert.InRange(moves, 5, (KeyBlock.EmbeddedLimitBytes / 8) + 8);
        block.Free(heap);
    }

    [Fact]
    public void Resizing_zeroes_what_it_adds_and_refuses_what_no_span_can_show()
    {
        using CheckedHeap heap = new();
        KeyBlock block = KeyBlock.CreateInteger(heap, SixteenByteKey, 1234);
        block = block.Resize(heap, 10, out Span<byte> content);
        Assert.True("1234\0\0\0\0\0\0"u8.SequenceEqual(content));
        Assert.Equal(ValueEncoding.Raw, block.Encoding);
        block = block.Resize(heap, 2, out _);
        block = block.Resize(heap, 6, out content);
        Assert.True("12\0\0\0\0"u8.SequenceEqual(content));
        block = block.Resize(heap, 200_000, out content);
        Assert.Equal(199_998, content[2..].Count((byte)0));
        Assert.True("12"u8.SequenceEqual(content[..2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Resize(heap, KeyBlock.MaxStringBytes + 1, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Resize(heap, -1, out _));
        block.Free(heap);
    }

    [Fact]
    public void Setting_a_far_byte_of_an_empty_string_takes_no_more_than_asked()
    {
        using CheckedHeap heap = new();
        KeyBlock block = KeyBlock.CreateString(heap, SixteenByteKey, default, ValueEncoding.Raw);
        block = block.Resize(heap, 600_000, out _);
        Assert.InRange(block.MemoryBytes, 600_000, 750_000);
        block.Free(heap);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(-1)]
    [InlineData(-10)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Integers_read_as_their_digits(long value)
    {
        using CheckedHeap heap = new();
        KeyBlock block = KeyBlock.CreateInteger(heap, SixteenByteKey, 1);
        block.SetInteger(value);
        string expected = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(expected, Encoding.ASCII.GetString(block.GetString(stackalloc byte[KeyBlock.IntegerScratchBytes])));
        Assert.Equal(expected.Length, block.StringLength);
        Assert.Equal(value, block.Integer);
        block.Free(heap);
    }

    [Fact]
    public void Collections_keep_their_payload_through_renaming_and_expiry()
    {
        using CheckedHeap heap = new();
        KeyBlock block = KeyBlock.CreateObject(heap, "list"u8, ValueKind.List, ValueEncoding.ListPack, 0x1234_5678);
        block = block.WithExpiry(heap, 99);
        block = block.WithKey(heap, "a much longer name than before"u8);
        Assert.Equal(0x1234_5678, block.Payload);
        block.SetPayload(0x9999, ValueEncoding.QuickList);
        block = block.WithoutExpiry(heap);
        Assert.Equal((ValueKind.List, ValueEncoding.QuickList, (nint)0x9999), (block.Kind, block.Encoding, block.Payload));

        block = block.WithString(heap, "text"u8, ValueEncoding.EmbStr);
        Assert.True("text"u8.SequenceEqual(block.StringBytes));
        block.Free(heap);
    }

    [Fact]
    public void Freeing_a_long_string_is_worth_another_thread()
    {
        using CheckedHeap heap = new();
        KeyBlock small = KeyBlock.CreateString(heap, "a"u8, new byte[100], ValueEncoding.Raw);
        KeyBlock large = KeyBlock.CreateString(heap, "b"u8, new byte[4_000_000], ValueEncoding.Raw);
        Assert.Equal(1, small.FreeEffort);
        Assert.InRange(large.FreeEffort, 900, 1100);
        small.Free(heap);
        Thread thread = new(() => large.FreeFromOtherThread(heap));
        thread.Start();
        thread.Join();
    }

    internal static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
