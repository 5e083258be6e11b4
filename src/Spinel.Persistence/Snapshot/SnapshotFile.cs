using Spinel.Persistence.Files;

namespace Spinel.Persistence.Snapshot;

/// <summary>A snapshot that becomes a file: it is written beside the place where it belongs, forced to disk, and moved over the old one whole.</summary>
internal sealed class SnapshotFile : ISnapshotSink
{
    /// <summary>So much is forced to disk at once at most, that the end of the save is no flood for the disk.</summary>
    private const long SyncEveryBytes = 4 << 20;

    private readonly string _temporary;
    private readonly string _path;
    private readonly bool _syncsOnTheWay;
    private readonly FileStream _file;
    private long _syncedBytes;

    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public SnapshotFile(string temporary, string path, bool syncsOnTheWay)
    {
        _temporary = temporary;
        _path = path;
        _syncsOnTheWay = syncsOnTheWay;

        // Locked, so that a server that starts meanwhile does not take it for a dead one's.
        _file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        Stream = new PosixWriteStream(_file.SafeFileHandle);
    }

    public Stream Stream { get; }

    public void OnWritten(long bytes)
    {
        if (_syncsOnTheWay && bytes - _syncedBytes >= SyncEveryBytes)
        {
            _file.Flush(flushToDisk: true);
            _syncedBytes = bytes;
        }
    }

    public void Complete()
    {
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        PosixFile.Replace(_temporary, _path);
    }

    public void Dispose() => _file.Dispose();

    public void Abandon()
    {
        _file.Dispose();
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that is in nobody's way, with a name that says what it is.
        }
    }
}
