using System.Net;

namespace Spinel.Hosting.Tests;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", false)]
    [InlineData("-127.0.0.1", "127.0.0.1", true)]
    [InlineData("*", "0.0.0.0", false)]
    [InlineData("-*", "0.0.0.0", true)]
    [InlineData("::*", "::", false)]
    [InlineData("-::*", "::", true)]
    [InlineData("-::1", "::1", true)]
    [InlineData("localhost", "127.0.0.1", false)]
    public void Reads_an_entry_of_bind(string entry, string address, bool isOptional)
    {
        ListenAddress listen = ListenAddress.Parse(entry);
        Assert.Equal(IPAddress.Parse(address), listen.Resolve());
        Assert.Equal(isOptional, listen.IsOptional);
    }
}
