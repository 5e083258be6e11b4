using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Tests.Rdb;

public sealed class RdbCheckTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void A_sound_file_is_described()
    {
        using TestEngine engine = EngineExtensions.NewEngine();
        RdbFileTests.Fill(engine);
        File.WriteAllBytes(_path, engine.Save());
        (bool isSound, string report) = Check();
        Assert.True(isSound, report);
        Assert.Contains("redis-ver: 7.0.15", report, StringComparison.Ordinal);
        Assert.Contains("the checksum is right", report, StringComparison.Ordinal);
        Assert.Contains($"{engine.Engine.Keyspace[0].Count + 1} keys", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_is_named_with_its_place()
    {
        File.WriteAllBytes(_path, RdbBytes.File("REDIS0010", [254, 0], [16, .. RdbBytes.String("broken"), .. RdbBytes.String("not a listpack")]));
        (bool isSound, string report) = Check();
        Assert.False(isSound);
        Assert.Contains("damaged: A listpack is damaged at offset 34, key 'broken'", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var report = new StringWriter();
        Assert.False(RdbCheck.Run("/nowhere/at/all", report));
        Assert.Contains("/nowhere/at/all", report.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_path);

    private (bool IsSound, string Report) Check()
    {
        var report = new StringWriter();
        return (RdbCheck.Run(_path, report), report.ToString());
    }
}
