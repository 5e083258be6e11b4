namespace Spinel.Insight.Tests;

public sealed class MemoryReportTests
{
    [Fact]
    public void What_observing_takes_is_told_part_by_part()
    {
        using var engine = new InsightEngine();
        Dictionary<string, object?> idle = engine.ReadMap("INSIGHT", "MEMORY");
        Assert.Equal(0L, idle["tree"]);
        engine.Run("SET a:b 1");
        engine.Read("INSIGHT", "TREE", "");
        Dictionary<string, object?> looking = engine.ReadMap("INSIGHT", "MEMORY");
        Assert.True((long)looking["tree"]! > 0);
        Assert.Equal(idle.Keys, looking.Keys);
        Assert.All(looking.Values, bytes => Assert.True((long)bytes! >= 0));
    }
}
