using System.Numerics;
using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Engine;

/// <summary>
/// What of a key is seen from outside without reading its value: that it is there, its type, its expiry and the bytes that it occupies. Two shapes of one key that are equal
/// mean that nobody who keeps these figures has anything to do.
/// </summary>
/// <remarks>
/// The bytes are exact for strings and for collections of up to <see cref="ExactElements"/> elements. A larger collection is tedious: measuring it takes long, so its number of
/// elements stands for them, in steps of about a sixteenth. Of a stream, which is measured node by node, not even that: a client who keeps one at the edge of a step
/// would have it measured each time.
/// <para>
/// The default value is a shape that nobody knows, which is equal to none.
/// </para>
/// </remarks>
internal readonly struct KeyShape
{
    /// <summary>Collections up to this are measured at each change.</summary>
    public const long ExactElements = 128;

    /// <summary>A larger one counts as changed when it has grown or shrunk by about one part in so many: 2 to the power of this.</summary>
    private const int PartsLog2 = 4;

    private const int Unknown = 0;
    private const int Absent = 1;
    private const int FirstKind = 2;

    private readonly int _state;
    private readonly long _size;
    private readonly long _expiryMs;

    private KeyShape(int state, long size, long expiryMs)
    {
        _state = state;
        _size = size;
        _expiryMs = expiryMs;
    }

    public static KeyShape Of(NativeHeap heap, KeyBlock block) =>
        block.IsNull ? new KeyShape(Absent, 0, 0) : new KeyShape(FirstKind + (int)block.Kind, SizeOf(heap, block), block.ExpiryMs);

    /// <summary>That of a string whose <see cref="KeyBlock.Form"/> is known.</summary>
    public static KeyShape OfForm(ulong form, int keyLength) =>
        new(FirstKind + (int)ValueKind.String, KeyBlock.BytesOfForm(form, keyLength), KeyBlock.NoExpiry);

    /// <summary>Whether a key that had this shape has another one now.</summary>
    public bool IsOtherThan(in KeyShape now) => _state != now._state || _size != now._size || _expiryMs != now._expiryMs || _state == Unknown;

    /// <summary>Whether it is that of a collection that is too large to be measured at each change.</summary>
    public bool IsTedious => _size < 0;

    /// <summary>Whether it is the same key for all that is not measured: there, of that type, and tedious before and after.</summary>
    public bool IsSameTediousKey(in KeyShape now) => IsTedious && now.IsTedious && _state == now._state;

    /// <summary>Whether a key holds such a collection.</summary>
    public static bool IsTediousKey(NativeHeap heap, KeyBlock block) =>
        block.Kind != ValueKind.String && block.IsLarge && ElementsOf(heap, block) > ExactElements;

    /// <summary>The number of elements of a collection, or the length of a string.</summary>
    public static long ElementsOf(NativeHeap heap, KeyBlock block) => block.Kind switch
    {
        ValueKind.String => block.StringLength,
        ValueKind.List => new Quicklist(block.Payload).Count,
        ValueKind.Set => SetValue.Of(block).Count,
        ValueKind.SortedSet => new SortedSet(block.Payload, block.Encoding).Count,
        ValueKind.Hash => new HashValue(heap, block).Count,
        ValueKind.Stream => new StreamValue(block.Payload).Length,
        _ => 0,
    };

    /// <summary>How many changes of a collection are about a sixteenth of it.</summary>
    public static long StepOf(long elements) => elements <= ExactElements ? 1 : 1L << (BitOperations.Log2((ulong)elements) - PartsLog2);

    private static long SizeOf(NativeHeap heap, KeyBlock block)
    {
        if (block.Kind == ValueKind.String)
        {
            return block.MemoryBytes;
        }

        if (block.IsLarge)
        {
            long elements = ElementsOf(heap, block);
            if (elements > ExactElements)
            {
                // Negative, so that it is no number of bytes: which step of which size of steps, and the block, which depends on name and expiry.
                const int BlockBits = 40;
                long step = StepOf(elements);
                long place = block.Kind == ValueKind.Stream ? 0 : ((long)BitOperations.Log2((ulong)step) << 8) | (elements / step);
                return -(place << BlockBits) - block.BlockBytes;
            }
        }

        return CollectionPayload.MemoryBytes(block);
    }
}
