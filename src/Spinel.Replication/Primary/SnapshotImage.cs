using Microsoft.Win32.SafeHandles;

namespace Spinel.Replication.Primary;

/// <summary>A snapshot in a file without a name, as long as there are replicas that are to be sent it.</summary>
internal sealed class SnapshotImage(FileStream file)
{
    private int _holders;

    public long Length { get; } = file.Length;

    public SafeFileHandle Handle => file.SafeFileHandle;

    public void Hold() => _holders++;

    public void Release()
    {
        if (--_holders == 0)
        {
            file.Dispose();
        }
    }
}
