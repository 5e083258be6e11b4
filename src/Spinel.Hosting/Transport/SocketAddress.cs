using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Spinel.Hosting.Transport;

/// <summary>
/// A <c>sockaddr</c> as the kernel lays it out, for IPv4, IPv6 and Unix sockets: built for <c>bind</c>, and read back from
/// <c>accept4</c> and <c>getsockname</c>. Turning it into text waits until somebody asks, as most connections are never named.
/// </summary>
internal readonly struct SocketAddress
{
    /// <summary>The size of <c>sockaddr_un</c>, the largest of the three.</summary>
    internal const int MaxBytes = 110;

    /// <summary>The longest path of a Unix socket: <c>sun_path</c> holds 108 bytes with its terminator.</summary>
    internal const int MaxPathBytes = 107;

    private const int FamilyBytes = 2;
    private const int InternetBytes = 16;
    private const int Internet6Bytes = 28;

    private readonly UInt128 _bits;
    private readonly ushort _port;

    private SocketAddress(int family, UInt128 bits, ushort port)
    {
        Family = family;
        _bits = bits;
        _port = port;
    }

    internal int Family { get; }

    internal int Port => _port;

    internal bool IsLoopback => Family switch
    {
        Libc.AF_INET => (uint)_bits >> 24 == 127,
        Libc.AF_INET6 => _bits == UInt128.One || (_bits >> 24) == (((UInt128)0xFFFF << 8) | 127),
        _ => true,
    };

    /// <summary>Reads what the kernel wrote; anything but IPv4 and IPv6 counts as a Unix socket.</summary>
    internal static SocketAddress Read(ReadOnlySpan<byte> address)
    {
        int family = address.Length < FamilyBytes ? Libc.AF_UNIX : MemoryMarshal.Read<ushort>(address);
        return family switch
        {
            Libc.AF_INET when address.Length >= InternetBytes =>
                new(family, BinaryPrimitives.ReadUInt32BigEndian(address[4..]), BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
            Libc.AF_INET6 when address.Length >= Internet6Bytes =>
                new(family, BinaryPrimitives.ReadUInt128BigEndian(address[8..]), BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
            _ => new(Libc.AF_UNIX, UInt128.Zero, 0),
        };
    }

    /// <summary>Writes the address for <c>bind</c> and returns its length.</summary>
    internal static int Write(Span<byte> target, IPAddress address, int port)
    {
        target.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)port);
        if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
        {
            MemoryMarshal.Write(target, (ushort)Libc.AF_INET);
            address.TryWriteBytes(target[4..], out _);
            return InternetBytes;
        }

        MemoryMarshal.Write(target, (ushort)Libc.AF_INET6);
        address.TryWriteBytes(target[8..], out _);
        MemoryMarshal.Write(target[24..], (uint)address.ScopeId);
        return Internet6Bytes;
    }

    /// <summary>Writes the address of a Unix socket; the path must be at most <see cref="MaxPathBytes"/> long in UTF-8.</summary>
    internal static int WriteUnix(Span<byte> target, string path)
    {
        target.Clear();
        MemoryMarshal.Write(target, (ushort)Libc.AF_UNIX);
        int pathBytes = Encoding.UTF8.GetBytes(path, target.Slice(FamilyBytes, MaxPathBytes));
        return FamilyBytes + pathBytes + 1;
    }

    /// <summary><c>127.0.0.1:6379</c> or <c>[::1]:6379</c>.</summary>
    public override string ToString()
    {
        if (Family == Libc.AF_INET)
        {
            uint host = (uint)_bits;
            return string.Create(CultureInfo.InvariantCulture, $"{host >> 24}.{(host >> 16) & 255}.{(host >> 8) & 255}.{host & 255}:{_port}");
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _bits);
        return string.Create(CultureInfo.InvariantCulture, $"[{new IPAddress(bytes)}]:{_port}");
    }
}
