using Spinel.Engine.Dispatch;
using Spinel.Engine.Security;

namespace Spinel.Engine.Tests.Security;

/// <summary>Permissions over the whole command table, so that no command escapes them.</summary>
public sealed class CommandTableWalkTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    private IEnumerable<CommandDescriptor> Callable => _engine.Engine.Commands.All.Where(command => command.Handler is not null);

    [Fact]
    public void A_user_with_one_command_may_run_that_and_nothing_else()
    {
        foreach (CommandDescriptor allowed in Callable)
        {
            User user = Make("~*", "&*", "+" + allowed.Name);
            foreach (CommandDescriptor command in Callable)
            {
                bool expected = command == allowed || command.Parent == allowed || (command.Flags & CommandFlags.NoAuth) != 0;
                Denial denial = user.Check(command, Request.Smallest(command).Arguments, out _);
                Assert.True(expected == (denial == Denial.None), $"with +{allowed.Name}: {command.Name}: {denial}");
            }
        }
    }

    [Fact]
    public void A_user_without_one_command_may_run_everything_else()
    {
        foreach (CommandDescriptor denied in Callable)
        {
            User user = Make("~*", "&*", "+@all", "-" + denied.Name);
            foreach (CommandDescriptor command in Callable)
            {
                bool expected = (command != denied && command.Parent != denied) || (command.Flags & CommandFlags.NoAuth) != 0;
                Assert.Equal(expected, user.Check(command, Request.Smallest(command).Arguments, out _) == Denial.None);
            }
        }
    }

    [Fact]
    public void A_category_means_the_commands_that_are_in_it()
    {
        for (int bit = 0; bit < AclCategoriesText.Count; bit++)
        {
            var category = (AclCategories)(1u << bit);
            User user = Make("~*", "&*", "+@" + AclCategoriesText.Word(bit));
            foreach (CommandDescriptor command in Callable)
            {
                bool expected = (command.AclCategories & category) != 0 || (command.Parent is { } parent && (parent.AclCategories & category) != 0)
                    || (command.Flags & CommandFlags.NoAuth) != 0;
                Assert.Equal(expected, user.Check(command, Request.Smallest(command).Arguments, out _) == Denial.None);
            }
        }
    }

    [Fact]
    public void The_dispatcher_refuses_every_command_to_a_user_who_may_do_nothing()
    {
        _engine.Run("ACL SETUSER nobody on nopass ~* &*").ShouldBe("+OK");
        TestClient client = _engine.Connect();
        client.Run("AUTH nobody x").ShouldBe("+OK");
        foreach (CommandDescriptor command in Callable.Where(command => (command.Flags & (CommandFlags.NoAuth | CommandFlags.Protected)) == 0))
        {
            // EXEC is refused in its own way, in a transaction or not.
            string refusal = $"NOPERM this user has no permissions to run the '{command.Name}' command";
            client.Call(Request.SmallestWords(command)).ShouldBe(command.Name == "exec" ? $"-EXECABORT Transaction discarded because of: {refusal}" : $"-{refusal}");
        }
    }

    [Fact]
    public void Every_key_needs_the_access_that_its_specification_declares()
    {
        int checkedCommands = 0;
        User none = Make("+@all", "&*", "~other");
        User reader = Make("+@all", "&*", "%R~*");
        User writer = Make("+@all", "&*", "%W~*");
        User both = Make("+@all", "&*", "%R~*", "(%W~* +@all)");
        User all = Make("+@all", "&*", "%RW~*");
        foreach (CommandDescriptor command in Callable)
        {
            Request request = Request.Smallest(command);
            var keys = new KeyList(new KeyReference[16]);
            if (!command.TryGetKeys(request.Arguments, ref keys) || keys.Count == 0)
            {
                continue;
            }

            checkedCommands++;
            const KeySpecFlags Writing = KeySpecFlags.Update | KeySpecFlags.Insert | KeySpecFlags.Delete;
            bool reads = false;
            bool writes = false;
            bool mixed = false;
            foreach (KeyReference key in keys.Keys)
            {
                bool keyReads = (key.Flags & KeySpecFlags.Access) != 0;
                bool keyWrites = (key.Flags & Writing) != 0;
                mixed |= keyReads && keyWrites;
                reads |= keyReads;
                writes |= keyWrites;
            }

            Assert.Equal(Denial.Key, none.Check(command, request.Arguments, out int position));
            Assert.Equal(keys.Keys[0].Position, position);
            Assert.Equal(writes ? Denial.Key : Denial.None, reader.Check(command, request.Arguments, out _));
            Assert.Equal(reads ? Denial.Key : Denial.None, writer.Check(command, request.Arguments, out _));

            // Two halves do not make a whole: one selector must allow all of it.
            Assert.Equal(reads && writes ? Denial.Key : Denial.None, both.Check(command, request.Arguments, out _));
            Assert.Equal(Denial.None, all.Check(command, request.Arguments, out _));
            Assert.True(!mixed || (reads && writes));
        }

        Assert.True(checkedCommands > 100, $"only {checkedCommands} commands have keys");
    }

    [Theory]
    [InlineData("GET k", true, false)]
    [InlineData("SET k v", false, true)]
    [InlineData("SET k v GET", true, true)]
    [InlineData("GETDEL k", true, true)]
    [InlineData("DEL k", false, true)]
    [InlineData("EXISTS k", false, false)]
    [InlineData("TYPE k", false, false)]
    [InlineData("INCR k", true, true)]
    [InlineData("LPUSH k v", false, true)]
    [InlineData("LPOP k", true, true)]
    [InlineData("SADD k v", false, true)]
    [InlineData("SMEMBERS k", true, false)]
    [InlineData("BITFIELD k GET u8 0", true, false)]
    [InlineData("BITFIELD k SET u8 0 1", true, true)]
    public void What_a_command_does_with_its_key(string line, bool reads, bool writes)
    {
        string[] words = line.Split(' ');
        CommandDescriptor command = _engine.Engine.Commands.Find(System.Text.Encoding.ASCII.GetBytes(words[0]))!;
        CommandArguments arguments = new Request(words).Arguments;
        Assert.Equal(!writes, Make("+@all", "%R~k").Check(command, arguments, out _) == Denial.None);
        Assert.Equal(!reads, Make("+@all", "%W~k").Check(command, arguments, out _) == Denial.None);
        Assert.Equal(Denial.None, Make("+@all", "~k").Check(command, arguments, out _));
        Assert.Equal(Denial.Key, Make("+@all", "~other").Check(command, arguments, out _));
    }

    private User Make(params string[] rules)
    {
        User user = _engine.Engine.Users.Create("u");
        foreach (string rule in rules)
        {
            Assert.Equal(RuleError.None, user.Apply(rule));
        }

        return user;
    }
}
