using System.Text;
using Spinel.Engine.Configuration;

namespace Spinel.Engine.Tests.Configuration;

public sealed class ServerOptionsTests
{
    public static TheoryData<string> Names => [.. OptionTable.All.Select(option => option.Name)];

    [Fact]
    public void Defaults_are_those_that_the_declarations_say()
    {
        var options = new ServerOptions();

        Assert.Equal(6379, options.Port);
        Assert.Equal(["*", "-::*"], options.Bind);
        Assert.Equal(512L << 20, options.ProtoMaxBulkLengthBytes);
        Assert.Equal(MaxMemoryPolicy.Noeviction, options.MaxMemoryPolicy);
        Assert.True(options.ProtectedMode);
        Assert.True(options.RequirePass.IsEmpty);
        Assert.Equal([new SavePoint(3600, 1), new SavePoint(300, 100), new SavePoint(60, 10000)], options.SavePoints);
        Assert.Equal(new OutputBufferLimit(256L << 20, 64L << 20, 60), options.ClientOutputBufferLimits.Replica);
        Assert.Equal(Environment.CurrentDirectory, options.WorkingDirectory);
        Assert.Equal(10, options.Hz);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_default_parses_to_what_the_compiler_stored(string name)
    {
        Assert.True(OptionTable.TryFind(name, out var option));
        var options = new ServerOptions();

        var value = option.Codec.Empty ?? default;
        var error = option.Codec.Parse(option, option.Codec.Split(Encoding.UTF8.GetBytes(option.DefaultText)), ref value);

        Assert.Null(error);
        Assert.Equal(option.FormatText(options[option.Id]), option.FormatText(value));
        Assert.Null(option.CheckPossible(value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_value_moves_through_its_number(string name)
    {
        Assert.True(OptionTable.TryFind(name, out var option));
        Assert.Same(option, OptionTable.Get(option.Id));
        var options = new ServerOptions();
        var value = options[option.Id];

        options.Assign(option.Id, value);

        Assert.Equal(value.Number, options[option.Id].Number);
        Assert.Equal(option.FormatText(value), option.FormatText(options[option.Id]));
    }

    [Fact]
    public void Both_names_find_an_option_in_any_case()
    {
        Assert.True(OptionTable.TryFind("HASH-max-ziplist-ENTRIES"u8, out var option));
        Assert.Equal("hash-max-listpack-entries", option.Name);
        Assert.False(OptionTable.TryFind("nosuch"u8, out _));
        Assert.False(OptionTable.TryFind(new byte[1000], out _));
    }

    [Fact]
    public void Set_takes_one_text_or_several_words()
    {
        var options = new ServerOptions().Set("port", "0").Set("bind", "127.0.0.1 -::1").Set("rename-command", "FLUSHALL", "");

        Assert.Equal(0, options.Port);
        Assert.Equal(["127.0.0.1", "-::1"], options.Bind);
        Assert.Equal("", options.RenamedCommands["flushall"]);
    }

    [Fact]
    public void Set_throws_for_what_cannot_be()
    {
        Assert.Throws<ArgumentException>(() => new ServerOptions().Set("nosuch", "1"));
        Assert.Throws<ArgumentException>(() => new ServerOptions().Set("port", "x"));
        Assert.Throws<ArgumentException>(() => new ServerOptions().Set("save", "1"));
    }
}
