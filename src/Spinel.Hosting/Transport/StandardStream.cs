using System.Runtime.InteropServices;
using Spinel.Hosting.Transport;

namespace Spinel.Hosting.Logging;

/// <summary>
/// Standard output and standard error without <see cref="Console"/> where the system allows it: loading the console costs more
/// than anything else a server does before it listens.
/// </summary>
public sealed class StandardStream
{
    private readonly int _descriptor;

    private StandardStream(int descriptor) => _descriptor = descriptor;

    /// <summary>Standard output.</summary>
    public static StandardStream Output { get; } = new(1);

    /// <summary>Standard error.</summary>
    public static StandardStream Error { get; } = new(2);

    /// <summary>Opens standard input.</summary>
    public static Stream OpenInput() => Console.OpenStandardInput();

    /// <summary>Writes the bytes; a closed or failing stream swallows them, as nobody is left to tell.</summary>
    public unsafe void Write(ReadOnlySpan<byte> bytes)
    {
        if (OperatingSystem.IsWindows())
        {
            WriteByConsole(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* start = bytes)
            {
                // Bound: bytes.Length bytes are pinned.
                written = Libc.Write(_descriptor, start, (nuint)bytes.Length);
            }

            if (written < 0)
            {
                if (Marshal.GetLastPInvokeError() == Libc.EINTR)
                {
                    continue;
                }

                return;
            }

            bytes = bytes[(int)written..];
        }
    }

    // On its own, so that compiling Write does not load the console.
    private void WriteByConsole(ReadOnlySpan<byte> bytes)
    {
        using Stream stream = _descriptor == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError();
        stream.Write(bytes);
    }
}
