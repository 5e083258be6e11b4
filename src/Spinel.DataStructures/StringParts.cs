namespace Spinel.DataStructures;

/// <summary>
/// Shows a long string from its beginning to its end as it is when the walk begins. Whoever changes it between the steps says before which bytes: the parts in which these
/// lie, and which have not been shown, are copied. A string that is replaced or deleted must be left to the walk.
/// </summary>
public sealed class StringParts
{
    private const int PartBytes = 64 * 1024;

    private readonly Dictionary<long, byte[]> _images = [];
    private StringBody _body;
    private long _at;

    /// <summary>The string's length in bytes when the walk began.</summary>
    public long Length { get; private set; }

    /// <summary>Everything has been shown.</summary>
    public bool IsEnd => _at == Length;

    /// <summary>Whether a key holds a string in a block of its own.</summary>
    public static bool CanShow(KeyBlock block) => block.BodyAddress != 0;

    /// <summary>Begins with the string of a key.</summary>
    public void Begin(KeyBlock block)
    {
        _body = new StringBody(block.BodyAddress);
        _at = 0;
        Length = _body.Length;
    }

    /// <summary>The next bytes: one at least where <see cref="IsEnd"/> is false, and no more than <paramref name="most"/>.</summary>
    public ReadOnlySpan<byte> Take(int most)
    {
        long part = _at / PartBytes;
        int inPart = (int)(_at % PartBytes);
        int count = (int)Math.Min(Math.Min(most, PartBytes - inPart), Length - _at);
        ReadOnlySpan<byte> bytes = _images.TryGetValue(part, out byte[]? image)
            ? image.AsSpan(inPart, count)
            : _body.Content.Slice((int)_at, count);
        _at += count;
        if (_at % PartBytes == 0)
        {
            _images.Remove(part);
        }

        return bytes;
    }

    /// <summary>So many bytes from an offset on are about to change. What lies behind the string's end as it was needs no announcement.</summary>
    public void BeforeChange(long from, long count)
    {
        long end = Math.Min(from + count, Length);
        from = Math.Max(from, _at);
        for (long part = from / PartBytes; part * PartBytes < end; part++)
        {
            if (!_images.ContainsKey(part))
            {
                int start = (int)(part * PartBytes);
                _images.Add(part, _body.Content.Slice(start, (int)Math.Min(PartBytes, Length - start)).ToArray());
            }
        }
    }

    /// <summary>The string has a new length, and may have moved.</summary>
    public void MoveTo(KeyBlock block) => _body = new StringBody(block.BodyAddress);

    /// <summary>Forgets what was copied.</summary>
    public void Clear() => _images.Clear();
}
