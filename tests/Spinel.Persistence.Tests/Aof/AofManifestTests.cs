using Spinel.Persistence.Aof;
using Xunit;

namespace Spinel.Persistence.Tests.Aof;

public sealed class AofManifestTests
{
    private const string Usual = "file appendonly.aof.2.base.rdb seq 2 type b\nfile appendonly.aof.3.incr.aof seq 3 type i\nfile appendonly.aof.4.incr.aof seq 4 type i\nfile appendonly.aof.1.base.rdb seq 1 type h\n";

    [Fact]
    public void What_is_written_is_read_back()
    {
        AofManifest manifest = AofManifest.Parse(Usual);
        Assert.Equal(Usual, manifest.ToString());
        Assert.Equal(new AofFile("appendonly.aof.2.base.rdb", 2, AofFileType.Base), manifest.Base);
        Assert.Equal([3L, 4L], manifest.Increments.Select(static file => file.Sequence));
        Assert.Equal(5, manifest.NextIncrementSequence);
        Assert.Equal(3, manifest.NextBaseSequence);
    }

    [Fact]
    public void Names_with_blanks_and_quotes_survive()
    {
        var manifest = new AofManifest(new AofFile("my \"own\" log.1.base.rdb", 1, AofFileType.Base), [], []);
        Assert.Equal(manifest.Base, AofManifest.Parse(manifest.ToString()).Base);
    }

    [Fact]
    public void A_new_base_makes_history_of_what_it_covers()
    {
        AofManifest rewritten = AofManifest.Parse(Usual).WithBase(new AofFile("appendonly.aof.3.base.rdb", 3, AofFileType.Base), firstKept: 4);
        Assert.Equal([4L], rewritten.Increments.Select(static file => file.Sequence));
        Assert.Equal(
            ["appendonly.aof.1.base.rdb", "appendonly.aof.2.base.rdb", "appendonly.aof.3.incr.aof"],
            rewritten.History.Select(static file => file.Name));
        Assert.Equal(5, rewritten.NextIncrementSequence);
        Assert.Empty(rewritten.WithoutHistory().History);
    }

    [Fact]
    public void Comments_unknown_pairs_and_other_orders_are_accepted()
    {
        AofManifest manifest = AofManifest.Parse("# a comment\ntype i seq 1 file a.1.incr.aof start 5\n");
        Assert.Equal("a.1.incr.aof", Assert.Single(manifest.Increments).Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("file a seq 1\n")]
    [InlineData("file a seq 0 type b\n")]
    [InlineData("file a seq x type b\n")]
    [InlineData("file a seq 1 type q\n")]
    [InlineData("file ../a seq 1 type b\n")]
    [InlineData("file \"a seq 1 type b\n")]
    [InlineData("file a seq 1 type b\nfile b seq 2 type b\n")]
    [InlineData("file a seq 2 type i\nfile b seq 2 type i\n")]
    [InlineData("file a seq 1 type\n")]
    public void A_damaged_manifest_is_refused(string text) => Assert.Throws<FormatException>(() => AofManifest.Parse(text));
}
