namespace Spinel.Replication;

/// <summary>Collects the lines of a greeting, which may come in any number of pieces. The end of a line, and a carriage return before it, is no part of it.</summary>
internal sealed class LineReader
{
    /// <summary>No line of a greeting is longer; who sends more is no server of this kind.</summary>
    public const int MaxLineBytes = 1024;

    private readonly byte[] _line = new byte[MaxLineBytes];
    private int _length;
    private bool _isComplete;

    /// <summary>The line that is complete, until more is taken.</summary>
    public ReadOnlySpan<byte> Line => _line.AsSpan(0, _length).TrimEnd((byte)'\r');

    /// <summary>Takes bytes up to the end of a line, or all of them.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="isComplete">Whether <see cref="Line"/> is complete.</param>
    /// <returns>How many bytes were taken; -1 when the line is too long.</returns>
    public int Take(ReadOnlySpan<byte> bytes, out bool isComplete)
    {
        if (_isComplete)
        {
            _length = 0;
        }

        int end = bytes.IndexOf((byte)'\n');
        int count = end < 0 ? bytes.Length : end;
        isComplete = _isComplete = end >= 0;
        if (count > MaxLineBytes - _length)
        {
            return -1;
        }

        bytes[..count].CopyTo(_line.AsSpan(_length));
        _length += count;
        return end < 0 ? bytes.Length : end + 1;
    }

    /// <summary>What another server has sent, fit for a line of the log.</summary>
    public static string Text(ReadOnlySpan<byte> line)
    {
        const int Longest = 200;
        Span<char> text = stackalloc char[Math.Min(line.Length, Longest)];
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = line[i] is >= 32 and < 127 ? (char)line[i] : '?';
        }

        return new string(text);
    }
}
