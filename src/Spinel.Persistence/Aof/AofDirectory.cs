using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Spinel.Engine;
using Spinel.Persistence.Files;

namespace Spinel.Persistence.Aof;

/// <summary>
/// The directory of the append-only log: what its files are called, and the manifest, which is what decides. A file counts when the manifest names it, and the
/// manifest is always replaced whole and durably before anything relies on the change, and before any file that it no longer names is removed.
/// </summary>
internal sealed class AofDirectory : IDisposable
{
    private readonly string _path;
    private readonly string _baseName;
    private FileStream? _lock;

    /// <param name="path">Where the files are.</param>
    /// <param name="baseName">What their names begin with: <c>appendfilename</c>.</param>
    public AofDirectory(string path, string baseName)
    {
        _path = path;
        _baseName = baseName;
    }

    /// <summary>What is on disk.</summary>
    public AofManifest Manifest { get; private set; } = AofManifest.Empty;

    /// <summary>True when a manifest is there.</summary>
    public bool Exists => File.Exists(ManifestPath);

    public string ManifestPath => PathOf(_baseName + ".manifest");

    public string PathOf(string name) => Path.Combine(_path, name);

    public string PathOf(AofFile file) => PathOf(file.Name);

    /// <summary>A name for the base that is being written.</summary>
    public string TemporaryBasePath => PathOf(string.Create(CultureInfo.InvariantCulture, $"temp-rewriteaof-bg-{Environment.ProcessId}.aof"));

    public AofFile NextBase(bool isRdb) => new(
        string.Create(CultureInfo.InvariantCulture, $"{_baseName}.{Manifest.NextBaseSequence}.base.{(isRdb ? "rdb" : "aof")}"), Manifest.NextBaseSequence, AofFileType.Base);

    public AofFile NextIncrement() => new(
        string.Create(CultureInfo.InvariantCulture, $"{_baseName}.{Manifest.NextIncrementSequence}.incr.aof"), Manifest.NextIncrementSequence, AofFileType.Increment);

    /// <summary>Reads the manifest and sees that the files that it names are there.</summary>
    /// <exception cref="PersistenceException">It is damaged, or a file is missing.</exception>
    public void Read()
    {
        try
        {
            Manifest = AofManifest.Parse(File.ReadAllText(ManifestPath));
        }
        catch (FormatException e)
        {
            throw new PersistenceException($"Fatal error: {ManifestPath}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PersistenceException($"Fatal error: can't open the AOF manifest file {ManifestPath} for reading: {FileErrorText.Of(e)}", e);
        }

        foreach (AofFile part in Manifest.Parts)
        {
            if (!File.Exists(PathOf(part)))
            {
                throw new PersistenceException(
                    $"Fatal error: the AOF file {PathOf(part)} that the manifest {ManifestPath} names doesn't exist. Restore it, or load the data from a backup.");
            }
        }
    }

    /// <summary>Makes the directory, and its name durable, and keeps other servers out of it.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    /// <exception cref="PersistenceException">Another server uses it.</exception>
    public void Create()
    {
        if (!Directory.Exists(_path))
        {
            Directory.CreateDirectory(_path);
            PosixFile.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        }

        if (_lock is null)
        {
            Lock();
            StaleFiles.RemoveLogParts(_path, _baseName);
        }
    }

    /// <summary>Puts another manifest in the place of the present one, durably.</summary>
    /// <exception cref="IOException">The system refuses; the old one holds.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public void Write(AofManifest manifest)
    {
        string temporary = PathOf("temp-" + _baseName + ".manifest");
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            new PosixWriteStream(file.SafeFileHandle).Write(System.Text.Encoding.UTF8.GetBytes(manifest.ToString()));
            file.Flush(flushToDisk: true);
        }

        // From here on it is what a start would find, durable or not.
        File.Move(temporary, ManifestPath, overwrite: true);
        Manifest = manifest;
        PosixFile.SyncDirectory(Path.GetFullPath(_path));
    }

    /// <summary>Makes a file of the log. What may be there under its name was never part of the log, since a new name is one that the manifest did not have.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public SafeFileHandle Make(AofFile part) => Make(PathOf(part));

    /// <summary>As the other overload, for a name of its own.</summary>
    public static SafeFileHandle Make(string path) => File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.Read);

    /// <summary>Opens a file of the log for writing at its end.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public SafeFileHandle OpenForAppend(AofFile part, out long length)
    {
        // The framework's own append mode would seek before each write; a stream that is positioned once does not.
        SafeFileHandle handle = File.OpenHandle(PathOf(part), FileMode.Open, FileAccess.Write, FileShare.Read);
        length = RandomAccess.GetLength(handle);
        PosixFile.SeekToEnd(handle);
        return handle;
    }

    /// <summary>Lets other servers in.</summary>
    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }

    /// <summary>The bytes of all files that hold the data.</summary>
    public long TotalBytes() => Manifest.Parts.Sum(part => new FileInfo(PathOf(part)) is { Exists: true } info ? info.Length : 0);

    /// <summary>The lock goes with the process, however that ends, so the file may stay.</summary>
    private void Lock()
    {
        const int LockedByAnother = 11;
        try
        {
            _lock = new FileStream(PathOf(_baseName + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) is LockedByAnother || e.Message.Contains("being used by another process", StringComparison.Ordinal))
        {
            throw new PersistenceException(
                $"Fatal error: another server keeps its append-only log in {Path.GetFullPath(_path)}. Two servers would destroy it. Stop the other one, or give this one a place of its own by 'dir' or 'appenddirname'.", e);
        }
    }
}
