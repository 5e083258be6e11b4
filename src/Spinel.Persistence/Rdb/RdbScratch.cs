using Spinel.Memory;

namespace Spinel.Persistence.Rdb;

/// <summary>Memory in which a reader unpacks compressed strings, and keeps one string while it reads the next. Kept from value to value.</summary>
internal sealed class RdbScratch(NativeHeap heap) : IDisposable
{
    private const int KeptBytes = 1 << 20;

    private readonly NativeBuffer _unpacked = new(heap);
    private readonly NativeBuffer _held = new(heap);
    private int _firstLength;

    /// <summary>Room for a string of so many bytes; the one unpacked before is gone.</summary>
    public Span<byte> Unpack(int length)
    {
        _unpacked.Clear();
        Span<byte> room = _unpacked.GetSpan(length)[..length];
        return room;
    }

    /// <summary>A copy that stays until the next one is made.</summary>
    public ReadOnlySpan<byte> Hold(scoped ReadOnlySpan<byte> text)
    {
        _held.Clear();
        _held.Append(text);
        _firstLength = text.Length;
        return _held.WrittenSpan;
    }

    /// <summary>Keeps another string beside the one held, which may move: <see cref="First"/>.</summary>
    public ReadOnlySpan<byte> HoldSecond(scoped ReadOnlySpan<byte> text)
    {
        _held.Append(text);
        return _held.WrittenSpan[_firstLength..];
    }

    /// <summary>The string held first.</summary>
    public ReadOnlySpan<byte> First => _held.WrittenSpan[.._firstLength];

    /// <summary>Gives memory back that only an unusual value needed.</summary>
    public void Trim()
    {
        Trim(_unpacked);
        Trim(_held);
    }

    public void Dispose()
    {
        _unpacked.Dispose();
        _held.Dispose();
    }

    private static void Trim(NativeBuffer buffer)
    {
        if (buffer.Capacity > KeptBytes)
        {
            buffer.Dispose();
        }
    }
}
