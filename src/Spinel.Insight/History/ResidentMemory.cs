using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Spinel.Insight.History;

/// <summary>
/// Reads the resident memory of the process. Where the framework would open, read and take apart a file each time, Linux's is kept open, so that a reading allocates
/// nothing.
/// </summary>
internal sealed class ResidentMemory : IDisposable
{
    private const string Path = "/proc/self/statm";

    private readonly SafeFileHandle? _file;

    public ResidentMemory()
    {
        if (OperatingSystem.IsLinux() && File.Exists(Path))
        {
            _file = File.OpenHandle(Path);
        }
    }

    /// <summary>Bytes.</summary>
    public long Read()
    {
        Span<byte> text = stackalloc byte[128];
        if (_file is null)
        {
            return Environment.WorkingSet;
        }

        // Its second word is the number of resident pages.
        ReadOnlySpan<byte> line = text[..RandomAccess.Read(_file, text, 0)];
        int blank = line.IndexOf((byte)' ');
        return Utf8Parser.TryParse(line[(blank + 1)..], out long pages, out _) ? pages * Environment.SystemPageSize : Environment.WorkingSet;
    }

    public void Dispose() => _file?.Dispose();
}
