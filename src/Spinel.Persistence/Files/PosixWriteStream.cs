using Microsoft.Win32.SafeHandles;

namespace Spinel.Persistence.Files;

/// <summary>
/// Writes to a descriptor at its offset. The framework's own stream takes a file that has grown to the system's limit for a mistake in its arguments; here
/// every refusal is an <see cref="IOException"/> with the system's reason.
/// </summary>
internal sealed class PosixWriteStream(SafeFileHandle file) : WriteOnlyStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (PosixFile.Append(file, buffer, out int error) != buffer.Length)
        {
            throw new IOException(PosixFile.ErrorText(error));
        }
    }
}
