using System.Runtime.InteropServices;

namespace Spinel.Hosting.Transport;

/// <summary>A span of time as the kernel takes it (<c>struct timespec</c> of 64-bit systems).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}
