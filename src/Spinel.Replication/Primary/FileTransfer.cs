using System.Globalization;
using Spinel.Engine;
using Spinel.Persistence.Files;
using Spinel.Persistence.Snapshot;

namespace Spinel.Replication.Primary;

/// <summary>
/// A snapshot on its way into a file, from which replicas are then sent it: for those that have to know its length, and where <c>repl-diskless-sync</c> is off.
/// The file goes away with the last of them; it is not the server's own snapshot file, which only changes when it is saved.
/// </summary>
internal sealed class FileTransfer : ISnapshotSink
{
    private readonly FileStream _file;
    private bool _isKept;

    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public FileTransfer(SpinelEngine engine)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"temp-{Environment.ProcessId}-{engine.RunId.AsSpan(8, 8)}.rdb");
        _file = new FileStream(
            Path.Combine(engine.Options.WorkingDirectory, name), FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        Stream = new PosixWriteStream(_file.SafeFileHandle);
    }

    public Stream Stream { get; }

    public void OnWritten(long bytes)
    {
    }

    public void Complete() => _isKept = true;

    public void Abandon() => _file.Dispose();

    /// <summary>The end of the writing thread: a complete file is the engine's from here on.</summary>
    public void Dispose()
    {
        if (!_isKept)
        {
            _file.Dispose();
        }
    }

    /// <summary>The complete file, for <see cref="SnapshotImage.Hold"/>.</summary>
    public SnapshotImage TakeImage() => new(_file);
}
