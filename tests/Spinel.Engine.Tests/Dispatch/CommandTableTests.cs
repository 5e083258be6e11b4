using System.Text;
using CsCheck;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Tests.Dispatch;

public sealed class CommandTableTests
{
    private const string ThreeCommands =
        "alpha\t2\t2\t2\t1\t1\t1\t1\t-1\t1 RO access\t1.0.0\t\tO(1)\tFirst.\tkey\t\t\n"
        + "beta\t-2\t0\t0\t10\t0\t0\t0\t-1\t\t1.0.0\t\t\tHolds.\t\t\t\n"
        + "beta|one\t2\t0\t0\t10\t0\t0\t0\t-1\t\t2.0.0\ta b\t\tInner.\t\t6.2.0 `ALPHA`\t6.0.0 New.; 7.0.0 Newer.\n"
        + "gamma\t1\t0\t0\t10\t0\t0\t0\t-1\t\t1.0.0\t\t\tLast.\t\t\t\n";

    [Fact]
    public void Every_declared_command_is_found_in_any_case()
    {
        var table = new CommandTable(GeneratedCommands.Set);

        Assert.NotEmpty(table.Commands);
        foreach (CommandDescriptor command in table.All)
        {
            Assert.Same(command, table.FindFull(Bytes(command.Name)));
            Assert.Same(command, table.FindFull(Bytes(command.Name.ToUpperInvariant())));
            Assert.Same(command, table.All[command.Id]);
            Assert.NotNull(command.Syntax);
            Assert.True(command.HasSubcommands || command.Handler is not null, command.Name);
        }
    }

    [Fact]
    public void A_line_is_read_into_a_descriptor()
    {
        var table = new CommandTable(new Declared(ThreeCommands));

        CommandDescriptor alpha = table.Find("ALPHA"u8)!;
        Assert.Equal((2, CommandFlags.ReadOnly, AclCategories.Read, CommandGroup.Generic), (alpha.Arity, alpha.Flags, alpha.AclCategories, alpha.Group));
        Assert.Equal((1, 1, 1, "First.", "O(1)", "key"), (alpha.FirstKey, alpha.LastKey, alpha.KeyStep, alpha.Summary, alpha.Complexity, alpha.SyntaxText));
        Assert.Equal("ALPHA", Encoding.ASCII.GetString(alpha.OwnName));
        CommandDescriptor one = table.Find("beta"u8)!.FindSubcommand("One"u8)!;
        Assert.Equal(("beta|one", "ONE", table.Find("beta"u8)), (one.Name, Encoding.ASCII.GetString(one.OwnName), one.Parent));
        Assert.Equal(["a", "b"], one.Tips);
        Assert.Equal(["6.0.0 New.", "7.0.0 Newer."], one.History);
        Assert.Equal([0, 1, 2, 3], table.All.Select(command => command.Id));
        Assert.Equal(3, table.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("alph")]
    [InlineData("alphaa")]
    [InlineData("beta|one")]
    [InlineData("ALPHa\0")]
    [InlineData("alph!")]
    public void Other_names_are_not_found(string name)
    {
        Assert.Null(new CommandTable(new Declared(ThreeCommands)).Find(Bytes(name)));
    }

    [Fact]
    public void A_renamed_command_answers_to_its_new_name_only()
    {
        var table = new CommandTable(new Declared(ThreeCommands));
        CommandDescriptor alpha = table.Find("alpha"u8)!;

        Assert.True(table.TryRename("Alpha"u8, "omega"u8));

        Assert.Null(table.Find("alpha"u8));
        Assert.Same(alpha, table.Find("OMEGA"u8));
        Assert.Same(alpha, table.FindOriginal("alpha"u8));
        Assert.Equal(3, table.Count);
    }

    [Fact]
    public void A_command_renamed_to_nothing_is_gone()
    {
        var table = new CommandTable(new Declared(ThreeCommands));

        Assert.True(table.TryRename("gamma"u8, ""u8));

        Assert.Null(table.Find("gamma"u8));
        Assert.NotNull(table.FindOriginal("gamma"u8));
        Assert.Equal(2, table.Count);
    }

    [Fact]
    public void A_name_in_use_and_an_unknown_command_are_refused()
    {
        var table = new CommandTable(new Declared(ThreeCommands));

        Assert.False(table.TryRename("alpha"u8, "BETA"u8));
        Assert.False(table.TryRename("nosuch"u8, "other"u8));
        Assert.False(table.TryRename("alpha"u8, new byte[65]));
        Assert.NotNull(table.Find("alpha"u8));
    }

    [Fact]
    public void Two_tables_know_nothing_of_each_other()
    {
        var first = new CommandTable(new Declared(ThreeCommands));
        var second = new CommandTable(new Declared(ThreeCommands));
        first.TryRename("alpha"u8, ""u8);

        Assert.NotNull(second.Find("alpha"u8));
    }

    [Fact]
    public void The_index_agrees_with_a_dictionary()
    {
        CommandDescriptor[] commands = [.. new CommandTable(new Declared(ThreeCommands)).All];
        Gen<byte[]> name = Gen.Select(Gen.Int[1, 40], Gen.Int[0, 3]).SelectMany((length, few) =>
            (few == 0 ? Gen.Byte : Gen.Byte[64, (byte)(64 + (few * 20))]).Array[length]);
        Gen.Select(name, Gen.Int[0, 5], Gen.Int[0, commands.Length - 1]).List[1, 300].Sample(
            operations =>
            {
                var index = new CommandNameIndex();
                var model = new Dictionary<string, CommandDescriptor>(StringComparer.Ordinal);
                foreach ((byte[] key, int operation, int value) in operations)
                {
                    string folded = Fold(key);
                    if (operation == 0)
                    {
                        index.Remove(key);
                        model.Remove(folded);
                    }
                    else if (model.TryAdd(folded, commands[value]))
                    {
                        index.Add(key, commands[value]);
                    }

                    Assert.Equal(model.Count, index.Count);
                    Assert.Same(model.GetValueOrDefault(folded), index.Find(key));
                }

                foreach ((byte[] key, _, _) in operations)
                {
                    byte[] otherCase = [.. key.Select(b => b is >= (byte)'a' and <= (byte)'z' or >= (byte)'A' and <= (byte)'Z' ? (byte)(b ^ 0x20) : b)];
                    byte[] differing = [.. key[..^1], (byte)(key[^1] ^ 0x40)];
                    Assert.Same(model.GetValueOrDefault(Fold(key)), index.Find(otherCase));
                    Assert.Same(model.GetValueOrDefault(Fold(differing)), index.Find(differing));
                }
            },
            iter: 300);
    }

    private static string Fold(byte[] name) => Encoding.Latin1.GetString([.. name.Select(b => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b)]);

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private sealed class Declared(string text) : CommandSet
    {
        private readonly byte[] _text = Encoding.UTF8.GetBytes(text);

        public override ReadOnlySpan<byte> Text => _text;

        public override CommandHandler?[] CreateHandlers() => new CommandHandler?[_text.Count(b => b == '\n')];

        public override KeyExtractor[] CreateKeyExtractors() => [];
    }
}
