using Spinel.Engine;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// Loads an RDB file that arrives in pieces, from a socket for instance, without ever waiting for the next piece.
/// <para>
/// A record that is not all there is left until more has come, and then read again from its beginning. So that a huge value is not begun once for each piece of it,
/// the next attempt waits for twice as many bytes, or for <see cref="Retry"/>: reading costs at most twice as much as it would from a file. Memory is held for the
/// largest record.
/// </para>
/// </summary>
public sealed class RdbFeed : IDisposable
{
    private readonly RdbSource _source;
    private readonly RdbLoader _loader;
    private readonly long _length;
    private long _received;
    private int _wantedBytes;

    /// <param name="engine">Where the keys go.</param>
    /// <param name="settings">How they are loaded.</param>
    /// <param name="length">How long the file is; -1 when that is not known.</param>
    public RdbFeed(SpinelEngine engine, RdbLoadSettings settings, long length)
    {
        _length = length;
        _source = new RdbSource(length);
        _loader = new RdbLoader(engine, _source, settings);
    }

    /// <summary>What there was so far.</summary>
    public RdbLoadResult Result => _loader.Result;

    /// <summary>True when all of the file has been loaded.</summary>
    public bool IsComplete => _loader.IsComplete;

    /// <summary>Bytes that have been loaded.</summary>
    public long LoadedBytes => _source.Offset;

    /// <summary>Takes a piece and loads what it completes.</summary>
    /// <returns>True when all of the file has been loaded.</returns>
    /// <exception cref="RdbFormatException">The file is damaged.</exception>
    public bool Append(ReadOnlySpan<byte> piece)
    {
        _source.Feed(piece);
        _received += piece.Length;
        _source.IsFeedComplete = _length >= 0 && _received >= _length;
        return _source.Window.Length >= _wantedBytes || _source.IsFeedComplete ? Retry() : IsComplete;
    }

    /// <summary>No more pieces come.</summary>
    /// <exception cref="RdbFormatException">The file is damaged, or something is missing.</exception>
    public void Complete()
    {
        _source.IsFeedComplete = true;
        if (!Retry())
        {
            throw new RdbFormatException("The data ends early", _source.Offset);
        }

        if (!_source.Window.IsEmpty)
        {
            throw new RdbFormatException("The data goes on behind its end", _source.Offset);
        }
    }

    /// <summary>Tries again with what there is.</summary>
    /// <returns>True when all of the file has been loaded.</returns>
    /// <exception cref="RdbFormatException">The file is damaged.</exception>
    public bool Retry()
    {
        const int LeastBytes = 16 * 1024;
        if (IsComplete || _source.Window.IsEmpty)
        {
            return IsComplete;
        }

        bool isComplete = _loader.LoadSome(long.MaxValue / 2);
        int left = _source.Window.Length;
        _wantedBytes = isComplete || left < LeastBytes ? 0 : left * 2;
        return isComplete;
    }

    public void Dispose() => _loader.Dispose();
}
