using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Spinel.Persistence.Files;

/// <summary>
/// What durability needs and the framework does not offer: making a directory's entries durable, and writing to a descriptor with an answer
/// that says how much was written.
/// </summary>
internal static partial class PosixFile
{
    private const int ReadOnly = 0;
    private const int InterruptedCall = 4;
    private const int SeekEnd = 2;

    /// <summary>Makes the names in a directory durable: files that were created, renamed or removed there.</summary>
    /// <exception cref="IOException">The system refuses; the message has its reason.</exception>
    public static void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            throw Failure("open", path);
        }

        try
        {
            if (Sync(descriptor) != 0)
            {
                throw Failure("fsync", path);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Moves a file over another one of the same directory, durably: after a crash there is the old one or the new one, whole.</summary>
    /// <exception cref="IOException">The system refuses; the old file is as it was.</exception>
    public static void Replace(string temporary, string path)
    {
        File.Move(temporary, path, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Appends bytes at the descriptor's offset.</summary>
    /// <param name="file">Open for writing.</param>
    /// <param name="bytes">What to write.</param>
    /// <param name="error">The system's error number when not everything was written, otherwise 0.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Append(SafeHandle file, ReadOnlySpan<byte> bytes, out int error)
    {
        int total = bytes.Length;
        error = 0;
        while (!bytes.IsEmpty)
        {
            nint count = Write((int)file.DangerousGetHandle(), bytes, (nuint)bytes.Length);
            if (count >= 0)
            {
                bytes = bytes[(int)count..];
                continue;
            }

            error = Marshal.GetLastPInvokeError();
            if (error != InterruptedCall)
            {
                break;
            }

            error = 0;
        }

        return total - bytes.Length;
    }

    /// <summary>Moves the descriptor's offset behind the file's last byte.</summary>
    public static void SeekToEnd(SafeHandle file) => _ = Seek((int)file.DangerousGetHandle(), 0, SeekEnd);

    /// <summary>Cuts a file off, and moves the descriptor's offset to its new end.</summary>
    /// <returns>Whether the system did it.</returns>
    public static bool TryTruncate(SafeHandle file, long length)
    {
        int descriptor = (int)file.DangerousGetHandle();
        if (Truncate(descriptor, length) != 0)
        {
            return false;
        }

        _ = Seek(descriptor, 0, SeekEnd);
        return true;
    }

    /// <summary>Forces a file's bytes to the disk.</summary>
    /// <returns>The system's error number, 0 when all went well.</returns>
    public static int SyncData(SafeHandle file) => SyncData((int)file.DangerousGetHandle()) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>The system's words for an error number.</summary>
    public static string ErrorText(int error) => new Win32Exception(error).Message;

    private static IOException Failure(string call, string path) => new($"{call} of {path}: {ErrorText(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncData(int descriptor);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int descriptor, long offset, int origin);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int Truncate(int descriptor, long length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nuint count);
}
