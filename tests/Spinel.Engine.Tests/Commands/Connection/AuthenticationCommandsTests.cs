namespace Spinel.Engine.Tests.Commands.Connection;

public sealed class AuthenticationCommandsTests
{
    [Theory]
    [InlineData("AUTH", "-ERR wrong number of arguments for 'auth' command")]
    [InlineData("AUTH a b c", "-ERR syntax error")]
    [InlineData("AUTH x", "-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?")]
    [InlineData("AUTH default x", "+OK")]
    [InlineData("AUTH foo x", "-WRONGPASS invalid username-password pair or user is disabled.")]
    public void WithoutAPasswordConfigured(string line, string reply)
    {
        using var engine = new TestEngine();
        engine.Run(line).ShouldBe(reply);
    }

    [Fact]
    public void NothingRunsBeforeThePassword()
    {
        using var engine = new TestEngine(options => options.Set("requirepass", "secret"));
        engine.Run("GET a").ShouldBe("-NOAUTH Authentication required.");
        engine.Run("AUTH wrong").ShouldBe("-WRONGPASS invalid username-password pair or user is disabled.");
        engine.Run("AUTH foo secret").ShouldBe("-WRONGPASS invalid username-password pair or user is disabled.");
        engine.Run("GET a").ShouldBe("-NOAUTH Authentication required.");
        engine.Run("AUTH secret").ShouldBe("+OK");
        engine.Run("GET a").ShouldBe("$-1");
    }

    [Fact]
    public void AWrongPasswordDoesNotPutAClientOut()
    {
        using var engine = new TestEngine(options => options.Set("requirepass", "secret"));
        engine.Run("AUTH default secret").ShouldBe("+OK");
        engine.Run("AUTH default wrong");
        engine.Run("GET a").ShouldBe("$-1");
    }

    [Fact]
    public void ResetPutsAClientOut()
    {
        using var engine = new TestEngine(options => options.Set("requirepass", "secret"));
        engine.Run("AUTH secret");
        engine.Run("RESET").ShouldBe("+RESET");
        engine.Run("GET a").ShouldBe("-NOAUTH Authentication required.");
    }
}
