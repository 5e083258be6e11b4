using CsCheck;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Security;

namespace Spinel.Engine.Tests.Security;

/// <summary>Random rules: whatever they make of a user, its description makes the same user again.</summary>
public sealed class RuleFuzzTests : IDisposable
{
    private readonly TestEngine _engine = new();

    private static readonly Gen<string> Rule = Gen.Frequency(
        (4, Gen.OneOf(
            "on", "off", "nopass", "resetpass", "reset", ">p", ">q", "<p", "#zz", "~*", "allkeys", "resetkeys", "&*", "resetchannels", "+@all", "-@all",
            "allcommands", "nocommands", "clearselectors", "sanitize-payload", "skip-sanitize-payload", "")),
        (4, Gen.Select(Gen.OneOf("~", "%R~", "%W~", "%RW~", "%", "&", "%R"), Gen.OneOf("a", "b*", "[", "", "*"), (kind, glob) => kind + glob)),
        (6, Gen.Select(Gen.OneOf("+", "-"), Gen.OneOf("get", "set", "client", "client|id", "client|kill", "config|get", "select", "select|0", "select|1", "acl", "nosuch", "get|x"), (sign, command) => sign + command)),
        (6, Gen.Select(Gen.OneOf("+", "-"), Gen.OneOf("read", "write", "string", "connection", "dangerous", "admin", "fast", "slow", "hash"), (sign, category) => $"{sign}@{category}")),
        (1, Gen.OneOf("(~x +get)", "(+@read ~y* -get)", "()", "( &a)", "(on)")),
        (1, Gen.String[Gen.Char['\0', 'ÿ'], 0, 8]));

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void A_description_makes_the_same_user_again() =>
        Rule.List[0, 24].Sample(
            rules =>
            {
                User user = _engine.Engine.Users.Create("u");
                foreach (string rule in rules)
                {
                    User before = Copy(user);
                    if (user.Apply(rule) != RuleError.None)
                    {
                        Assert.Equal(before.IsUnrestricted, user.IsUnrestricted);
                    }
                }

                // All keys as the last of several patterns swallows the others once it is read again.
                User again = Read(user.ToString());
                if (!user.ToString().Contains(" ~* ", StringComparison.Ordinal))
                {
                    Assert.Equal(user.ToString(), again.ToString());
                    Assert.Equal(user.IsUnrestricted, again.IsUnrestricted);
                }

                Assert.Equal(again.ToString(), Read(again.ToString()).ToString());
                AssertSameCommands(user, again);
                AssertSameCommands(user, Copy(user));
            },
            iter: 3000,
            print: rules => string.Join(' ', rules));

    private void AssertSameCommands(User expected, User actual)
    {
        foreach (CommandDescriptor command in _engine.Engine.Commands.All)
        {
            Request smallest = Request.Smallest(command);
            Assert.Equal(expected.Check(command, smallest.Arguments, out _), actual.Check(command, smallest.Arguments, out _));
        }

        foreach (string first in (string[])["0", "1", "2"])
        {
            Request request = new("SELECT", first);
            CommandDescriptor select = _engine.Engine.Commands.Find("select"u8)!;
            Assert.Equal(expected.Check(select, request.Arguments, out _), actual.Check(select, request.Arguments, out _));
        }
    }

    private User Read(string description)
    {
        User user = _engine.Engine.Users.Create("u");
        Assert.True(RuleWords.TryJoin(description.Split(' '), out List<string>? words, out _));
        foreach (string word in words)
        {
            Assert.Equal(RuleError.None, user.Apply(word));
        }

        return user;
    }

    private User Copy(User user)
    {
        User copy = _engine.Engine.Users.Create("u");
        copy.CopyFrom(user);
        return copy;
    }
}
