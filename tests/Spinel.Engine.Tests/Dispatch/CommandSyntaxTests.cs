using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Tests.Dispatch;

public sealed class CommandSyntaxTests
{
    // What readers see is what was declared, without types and names of brackets.
    [Theory]
    [InlineData("")]
    [InlineData("key")]
    [InlineData("key [key ...]")]
    [InlineData("key value [key value ...]")]
    [InlineData("key [NX | XX] [GT | LT] [CH] [INCR] score member [score member ...]")]
    [InlineData("key value [NX | XX] [GET] [EX seconds | PX milliseconds | KEEPTTL]")]
    [InlineData("source destination <LEFT | RIGHT> <LEFT | RIGHT> timeout")]
    [InlineData("key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA] [STORE destination]")]
    [InlineData("GROUP group consumer [COUNT count] [NOACK] STREAMS key [key ...] id [id ...]")]
    [InlineData("key [NOMKSTREAM] [<MAXLEN | MINID> [= | ~] threshold [LIMIT count]] <* | id> field value [field value ...]")]
    [InlineData("destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>]")]
    [InlineData("key <FROMMEMBER member | FROMLONLAT longitude latitude> <BYRADIUS radius <M | KM> | BYBOX width height <M | KM>> [COUNT count [ANY]]")]
    [InlineData("key [<GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value | INCRBY encoding offset increment>> [<GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value | INCRBY encoding offset increment>> ...]]")]
    [InlineData("host port <key | \"\"> destination-db timeout [COPY] [[AUTH password] | [AUTH2 username password]] [KEYS key [key ...]]")]
    [InlineData("<host port | NO ONE>")]
    [InlineData("[protover [AUTH username password] [SETNAME clientname]]")]
    public void Readers_see_the_declared_syntax(string text)
    {
        Assert.Equal(text, Parse(text).ToString());
    }

    [Fact]
    public void Types_and_names_are_for_machines_only()
    {
        Assert.Equal("key timeout [GT | LT] [BY pattern]", Parse("key timeout:double comparison=[GT | LT] [BY pattern@1]").ToString());
    }

    [Fact]
    public void Usual_names_have_their_usual_type_and_others_are_strings()
    {
        CommandSyntax syntax = Parse("key seconds score pattern unix-time-seconds thing thing:integer ip:port:string");

        Assert.Equal(
            [
                CommandArgumentType.Key, CommandArgumentType.Integer, CommandArgumentType.Double, CommandArgumentType.Pattern,
                CommandArgumentType.UnixTime, CommandArgumentType.String, CommandArgumentType.Integer, CommandArgumentType.String,
            ],
            syntax.Arguments.Select(argument => argument.Type));
        Assert.Equal("ip:port", syntax.Arguments[7].Name);
    }

    [Fact]
    public void A_token_owns_the_values_behind_it()
    {
        CommandSyntax syntax = Parse("[LIMIT offset count] [COUNT count] [ANY]");

        CommandArgument limit = syntax.Arguments[0];
        Assert.Equal((CommandArgumentType.Block, "LIMIT", CommandArgumentFlags.Optional), (limit.Type, limit.Token, limit.Flags));
        Assert.Equal(["offset", "count"], limit.Arguments.Select(argument => argument.Name));
        CommandArgument count = syntax.Arguments[1];
        Assert.Equal((CommandArgumentType.Integer, "COUNT", "count"), (count.Type, count.Token, count.Name));
        CommandArgument any = syntax.Arguments[2];
        Assert.Equal((CommandArgumentType.PureToken, "ANY", "any"), (any.Type, any.Token, any.Name));
    }

    [Fact]
    public void Repetitions_say_whether_the_token_is_repeated()
    {
        CommandSyntax syntax = Parse("[GET pattern [GET pattern ...]] [ID id [id ...]] score member [score member ...]");

        Assert.Equal(CommandArgumentFlags.Optional | CommandArgumentFlags.Multiple | CommandArgumentFlags.MultipleToken, syntax.Arguments[0].Flags);
        Assert.Equal(CommandArgumentFlags.Optional | CommandArgumentFlags.Multiple, syntax.Arguments[1].Flags);
        CommandArgument pair = syntax.Arguments[2];
        Assert.Equal((CommandArgumentType.Block, CommandArgumentFlags.Multiple, "score_member"), (pair.Type, pair.Flags, pair.Name));
    }

    [Fact]
    public void Keys_take_the_specifications_in_order_and_the_last_is_shared()
    {
        Assert.Equal([0, 1, 1], Parse("key key newkey", keySpecs: 2).Arguments.Select(argument => argument.KeySpecIndex));
        Assert.Equal([0, 1, 2], Parse("key pattern@1 destination", keySpecs: 3).Arguments.Select(argument => argument.KeySpecIndex));
        Assert.Equal([-1], Parse("key").Arguments.Select(argument => argument.KeySpecIndex));
    }

    [Theory]
    [InlineData("", 0, false)]
    [InlineData("key value", 2, false)]
    [InlineData("key [key ...]", 1, true)]
    [InlineData("[LIMIT offset count]", 0, true)]
    [InlineData("STREAMS key id", 3, false)]
    [InlineData("<host port | NO ONE>", 2, false)]
    [InlineData("<a | b c>", 1, true)]
    [InlineData("AGGREGATE <SUM | MIN>", 2, false)]
    public void The_shortest_call_is_known(string text, int minimum, bool isVariable)
    {
        CommandSyntax syntax = Parse(text);

        Assert.Equal((minimum, isVariable), (syntax.MinimumCount, syntax.IsVariable));
    }

    [Theory]
    [InlineData("[key", "']' is missing")]
    [InlineData("<a | b]", "'>' expected before ']'")]
    [InlineData("key ]", "unexpected ']'")]
    [InlineData("a | b", "unexpected '|'")]
    [InlineData("[]", "an empty alternative")]
    [InlineData("key [value ...]", "a repetition that differs from what it repeats")]
    [InlineData("[key ...]", "a repetition that differs from what it repeats")]
    [InlineData("key:integr", "'key:integr' is no argument: expected name or name:type")]
    [InlineData("key ...", "unexpected '...'")]
    public void Mistakes_are_named(string text, string expected)
    {
        Assert.Null(CommandSyntaxParser.Parse(text, 0, out string? error));
        Assert.Equal(expected, error);
    }

    private static CommandSyntax Parse(string text, int keySpecs = 0)
    {
        CommandSyntax? syntax = CommandSyntaxParser.Parse(text, keySpecs, out string? error);
        Assert.Null(error);
        return syntax!;
    }
}
