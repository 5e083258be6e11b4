using Microsoft.Win32.SafeHandles;

namespace Spinel.Persistence.Files;

/// <summary>
/// Writes to a descriptor at its offset. The framework's own stream takes a file that has grown to the system's limit for a mistake in its arguments; here
/// every refusal is an <see cref="IOException"/> with the system's reason.
/// </summary>
internal sealed class PosixWriteStream(SafeFileHandle file) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (PosixFile.Append(file, buffer, out int error) != buffer.Length)
        {
            throw new IOException(PosixFile.ErrorText(error));
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
