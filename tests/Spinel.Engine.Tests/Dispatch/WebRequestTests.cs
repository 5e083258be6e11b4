using System.Text;

namespace Spinel.Engine.Tests.Dispatch;

/// <summary>A browser can be made to send requests to a server on its own machine; what is in them must not be obeyed.</summary>
public sealed class WebRequestTests
{
    [Theory]
    [InlineData("POST / HTTP/1.1")]
    [InlineData("post / HTTP/1.1")]
    [InlineData("Host: 127.0.0.1:6379")]
    public void A_request_of_http_ends_the_connection(string line)
    {
        using TestEngine engine = new();
        TestClient client = engine.Connect();
        client.Send(Encoding.Latin1.GetBytes(line + "\r\nContent-Type: text/plain\r\n\r\nSET pwned 1\r\n"));
        Assert.True(client.Session.IsClosed);
        engine.Run("EXISTS pwned").ShouldBe(":0");
    }
}
