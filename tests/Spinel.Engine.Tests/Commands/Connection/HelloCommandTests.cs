namespace Spinel.Engine.Tests.Commands.Connection;

public sealed class HelloCommandTests : IDisposable
{
    private readonly TestEngine _engine = new(options => options.Set("requirepass", "secret"));

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void GreetsInTheVersionAskedFor()
    {
        _engine.Run("AUTH secret").ShouldBe("+OK");
        _engine.Run("HELLO 3").ShouldBe(
            "%7", "$6", "server", "$5", "redis", "$7", "version", "$6", "7.0.15", "$5", "proto", ":3", "$2", "id", ":1",
            "$4", "mode", "$10", "standalone", "$4", "role", "$6", "master", "$7", "modules", "*0");
        Assert.StartsWith("*14\r\n", _engine.Run("HELLO 2").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAVersionKeepsThePresentOne()
    {
        _engine.Run("HELLO 3 AUTH default secret");
        Assert.StartsWith("%7\r\n", _engine.Run("HELLO").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HELLO abc", "-ERR Protocol version is not an integer or out of range")]
    [InlineData("HELLO 03", "-ERR Protocol version is not an integer or out of range")]
    [InlineData("HELLO 4", "-NOPROTO unsupported protocol version")]
    [InlineData("HELLO 1 SETNAME \"a b\"", "-NOPROTO unsupported protocol version")]
    [InlineData("HELLO 3 AUTH default", "-ERR Syntax error in HELLO option 'AUTH'")]
    [InlineData("HELLO 3 SETNAME", "-ERR Syntax error in HELLO option 'SETNAME'")]
    [InlineData("HELLO 3 FOO", "-ERR Syntax error in HELLO option 'FOO'")]
    [InlineData("HELLO 3 SETNAME \"a b\"", "-ERR Client names cannot contain spaces, newlines or special characters.")]
    [InlineData("HELLO 2 AUTH foo bar SETNAME \"a b\"", "-WRONGPASS invalid username-password pair or user is disabled.")]
    [InlineData("HELLO 3 AUTH default wrong", "-WRONGPASS invalid username-password pair or user is disabled.")]
    public void Refuses(string line, string error) => _engine.Run(line).ShouldBe(error);

    [Theory]
    [InlineData("HELLO")]
    [InlineData("HELLO 3")]
    [InlineData("HELLO 3 SETNAME a")]
    public void WantsAPasswordWhereOneIsNeeded(string line) =>
        Assert.StartsWith("-NOAUTH HELLO must be called with the client already authenticated", _engine.Run(line).Text, StringComparison.Ordinal);

    [Fact]
    public void ARefusedHelloLeavesTheVersion()
    {
        _engine.Run("HELLO 3 AUTH default secret FOO").ShouldBe("-ERR Syntax error in HELLO option 'FOO'");
        _engine.Run("CLIENT GETNAME").ShouldBe("$-1");
    }

    [Fact]
    public void OptionsBeforeAWrongOneHaveTakenEffect()
    {
        _engine.Run("HELLO 3 AUTH default secret SETNAME a FOO");
        _engine.Run("CLIENT GETNAME").ShouldBe("$1", "a");
    }
}
