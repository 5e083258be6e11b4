using System.Net;
using SocketAddress = Spinel.Hosting.Transport.SocketAddress;

namespace Spinel.Hosting.Tests;

public sealed class SocketAddressTests
{
    [Theory]
    [InlineData("127.0.0.1", 6379, "127.0.0.1:6379", true)]
    [InlineData("127.255.0.9", 1, "127.255.0.9:1", true)]
    [InlineData("192.168.200.7", 65535, "192.168.200.7:65535", false)]
    [InlineData("::1", 6379, "[::1]:6379", true)]
    [InlineData("2001:db8::12", 80, "[2001:db8::12]:80", false)]
    [InlineData("::ffff:127.0.0.1", 80, "[::ffff:127.0.0.1]:80", true)]
    [InlineData("::ffff:10.0.0.1", 80, "[::ffff:10.0.0.1]:80", false)]
    public void Reads_back_what_it_wrote(string address, int port, string text, bool isLoopback)
    {
        byte[] bytes = new byte[SocketAddress.MaxBytes];
        int length = SocketAddress.Write(bytes, IPAddress.Parse(address), port);
        SocketAddress read = SocketAddress.Read(bytes.AsSpan(0, length));
        Assert.Equal(text, read.ToString());
        Assert.Equal(port, read.Port);
        Assert.Equal(isLoopback, read.IsLoopback);
    }
}
