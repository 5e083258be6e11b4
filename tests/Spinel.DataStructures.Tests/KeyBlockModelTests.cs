using System.Globalization;
using System.Text;
using CsCheck;

namespace Spinel.DataStructures.Tests;

/// <summary>Random sequences of changes to one key, against a record of plain fields.</summary>
public sealed class KeyBlockModelTests
{
    private enum Change
    {
        Text,
        Integer,
        Object,
        SetExpiry,
        ClearExpiry,
        Clock,
        Resize,
        WriteByte,
        Rename,
        Clone,
    }

    private static readonly int[] InterestingLengths =
    [
        0, 1, 7, 8, 9, 31, 32, 33, 43, 44, 45, 46, 63, 64, 65, 254, 255, 256, 1000, 4000,
        4094, 4095, 4096, 4097, 4098, 8192, 8193, 70_000, 1_048_576, 1_048_577,
    ];

    private static readonly Gen<int> Lengths = Gen.Frequency((3, Gen.Int[0, 200]), (3, Gen.Int[0, InterestingLengths.Length - 1].Select(i => InterestingLengths[i])));

    private static readonly Gen<int> KeyLengths = Gen.Frequency((5, Gen.Int[0, 60]), (1, Gen.Int[250, 260]), (1, Gen.Const(70_000)));

    [Fact]
    public void Block_holds_what_was_put_into_it() => Gen.Select(
        KeyLengths,
        Gen.Select(Gen.Enum<Change>(), Lengths, KeyLengths, Gen.Long).Array[0, 40]).Sample(
            (keyLength, changes) => Run(keyLength, changes), iter: 1000);

    private static void Run(int keyLength, (Change Kind, int Length, int KeyLength, long Number)[] changes)
    {
        using CheckedHeap heap = new();
        Model model = new() { Key = KeyBlockTests.Bytes(keyLength, 1), Text = "start"u8.ToArray(), Encoding = ValueEncoding.EmbStr };
        KeyBlock block = KeyBlock.CreateString(heap, model.Key, model.Text, model.Encoding);
        foreach ((Change kind, int length, int newKeyLength, long number) in changes)
        {
            int seed = unchecked((int)number);
            switch (kind)
            {
                case Change.Text:
                    model.Text = KeyBlockTests.Bytes(length, seed);
                    (model.Kind, model.Encoding, model.Number) = (ValueKind.String, length <= 44 ? ValueEncoding.EmbStr : ValueEncoding.Raw, 0);
                    block = block.WithString(heap, model.Text, model.Encoding);
                    break;
                case Change.Integer:
                    (model.Kind, model.Encoding, model.Number) = (ValueKind.String, ValueEncoding.Int, number);
                    model.Text = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
                    block = block.WithInteger(heap, number);
                    break;
                case Change.Object:
                    (model.Kind, model.Encoding, model.Number) = (ValueKind.Hash, ValueEncoding.ListPack, number);
                    (model.ExpiryMs, model.Clock) = (KeyBlock.NoExpiry, 0);
                    block.Free(heap);
                    block = KeyBlock.CreateObject(heap, model.Key, ValueKind.Hash, ValueEncoding.ListPack, (nint)number);
                    break;
                case Change.SetExpiry:
                    model.ExpiryMs = number & long.MaxValue;
                    block = block.WithExpiry(heap, model.ExpiryMs);
                    break;
                case Change.ClearExpiry:
                    model.ExpiryMs = KeyBlock.NoExpiry;
                    block = block.WithoutExpiry(heap);
                    break;
                case Change.Clock:
                    model.Clock = (uint)number & 0x7FFFFFF;
                    block.SetAccessClock((uint)number);
                    break;
                case Change.Resize when model.Kind == ValueKind.String:
                    Array.Resize(ref model.Text, length);
                    model.Encoding = ValueEncoding.Raw;
                    block = block.Resize(heap, length, out Span<byte> content);
                    Assert.Equal(length, content.Length);
                    break;
                case Change.WriteByte when model.Kind == ValueKind.String && model.Encoding != ValueEncoding.Int && model.Text.Length > 0:
                    model.Text[length % model.Text.Length] = (byte)number;
                    block.MutableStringBytes[length % model.Text.Length] = (byte)number;
                    break;
                case Change.Rename:
                    model.Key = KeyBlockTests.Bytes(newKeyLength, seed);
                    block = block.WithKey(heap, model.Key);
                    break;
                case Change.Clone when model.Kind == ValueKind.String:
                    model.Key = KeyBlockTests.Bytes(newKeyLength, seed);
                    KeyBlock copy = block.Clone(heap, model.Key);
                    block.Free(heap);
                    block = copy;
                    break;
                default:
                    break;
            }

            model.Check(block);
        }

        block.Free(heap);
    }

    private sealed class Model
    {
        public byte[] Key = [];
        public byte[] Text = [];
        public ValueKind Kind;
        public ValueEncoding Encoding;
        public long Number;
        public long ExpiryMs = KeyBlock.NoExpiry;
        public uint Clock;

        public void Check(KeyBlock block)
        {
            Assert.True(Key.AsSpan().SequenceEqual(block.Key));
            Assert.Equal((Kind, Encoding, ExpiryMs, Clock), (block.Kind, block.Encoding, block.ExpiryMs, block.AccessClock));
            Assert.Equal(ExpiryMs != KeyBlock.NoExpiry, block.HasExpiry);
            Assert.Equal(Kind == ValueKind.String && Encoding == ValueEncoding.Int, block.IsInteger);
            if (Kind != ValueKind.String)
            {
                Assert.Equal((nint)Number, block.Payload);
                return;
            }

            Assert.Equal(Text.Length, block.StringLength);
            Assert.True(Text.AsSpan().SequenceEqual(block.GetString(stackalloc byte[KeyBlock.IntegerScratchBytes])));
            if (block.IsInteger)
            {
                Assert.Equal(Number, block.Integer);
            }
        }
    }
}
