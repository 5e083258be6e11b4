using System.Text;

namespace Spinel.Engine.Statistics;

/// <summary>
/// Counts error replies by their first word. The number of different words is bounded: a script can invent any, and a client must not
/// be able to fill the server's memory with them.
/// </summary>
public sealed class ErrorCounters
{
    private const int MaxKinds = 128;
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public ErrorCounters() => _lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();

    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <param name="error">An error's text without the leading minus.</param>
    public void Add(ReadOnlySpan<byte> error)
    {
        int space = error.IndexOf((byte)' ');
        ReadOnlySpan<byte> kind = space > 0 ? error[..space] : error;
        Span<char> name = stackalloc char[32];
        if (kind.Length > name.Length)
        {
            kind = kind[..name.Length];
        }

        int length = Encoding.Latin1.GetChars(kind, name);
        ReadOnlySpan<char> key = name[..length];
        if (_lookup.TryGetValue(key, out long count))
        {
            _lookup[key] = count + 1;
        }
        else if (_counts.Count < MaxKinds)
        {
            _lookup[key] = 1;
        }
    }

    public void Clear() => _counts.Clear();
}
