using System.Text;

namespace Spinel.Engine.Tests.Commands.Connection;

public sealed class EndingCommandsTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void QuitEndsABatchAndClosesTheConnection()
    {
        _engine.Client.Send(Encoding.ASCII.GetBytes("*1\r\n$4\r\nQUIT\r\n*1\r\n$4\r\nPING\r\n")).ShouldBe("+OK");
        Assert.True(_engine.Client.Session.CloseAfterReply);
    }

    [Fact]
    public void ResetMakesTheConnectionAsNew()
    {
        _engine.Run("SELECT 3");
        _engine.Run("HELLO 3 SETNAME a");
        _engine.Run("CLIENT NO-TOUCH ON");
        _engine.Run("RESET").ShouldBe("+RESET");
        _engine.Run("CLIENT GETNAME").ShouldBe("$-1");
        string line = _engine.Run("CLIENT INFO").Text;
        Assert.Contains(" db=0 ", line, StringComparison.Ordinal);
        Assert.Contains(" flags=N ", line, StringComparison.Ordinal);
        Assert.Contains(" resp=2 ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void ResetTakesNoArguments() => _engine.Run("RESET x").ShouldBe("-ERR wrong number of arguments for 'reset' command");
}
