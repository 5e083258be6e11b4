using System.Text;
using Spinel.Persistence.Rdb;
using Spinel.TestSupport;

namespace Spinel.Persistence.Tests.Rdb;

/// <summary>What the one server saves, the other loads.</summary>
public sealed class RdbFileInterchangeTests : IDisposable
{
    private readonly TestEngine _engine = EngineExtensions.NewEngine();

    [Theory]
    [InlineData("yes", "yes")]
    [InlineData("no", "no")]
    public void Files_of_Redis_are_loaded(string compression, string checksum)
    {
        using ServerProcess redis = ServerProcess.Start(Oracle.Require().With("--rdbcompression", compression, "--rdbchecksum", checksum));
        using RespConnection client = redis.Connect();
        foreach (string[] command in Commands())
        {
            client.Send([.. command.Select(argument => Encoding.Latin1.GetBytes(argument))]);
            client.ReadReply();
        }

        string digest = client.Command("DEBUG", "DIGEST").Text;
        Assert.Equal("OK", client.Command("SAVE").Text);
        byte[] file = File.ReadAllBytes(Path.Combine(redis.Directory, "dump.rdb"));
        RdbLoadResult result = _engine.Load(file);
        Assert.Equal(digest, _engine.Digest());
        Assert.Equal(checksum == "yes", result.IsChecked);
        Assert.Equal(client.Command("DBSIZE").Integer + 1, result.Keys);
        Assert.Equal(2, result.ExpiringKeys);
        Assert.Equal("7.0.15", result.Aux["redis-ver"]);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Redis_loads_files(bool compress, bool checksum)
    {
        RdbFileTests.Fill(_engine);
        byte[] file = _engine.Save(new RdbFileInfo { CreatedSeconds = 1_800_000_000 }, compress, checksum);
        DirectoryInfo directory = Directory.CreateTempSubdirectory("spinel-test-");
        try
        {
            File.WriteAllBytes(Path.Combine(directory.FullName, "spinel.rdb"), file);
            using ServerProcess redis = ServerProcess.Start(Oracle.Require().With("--dir", directory.FullName, "--dbfilename", "spinel.rdb"));
            using RespConnection client = redis.Connect();
            Assert.Equal(_engine.Digest(), client.Command("DEBUG", "DIGEST").Text);
            Assert.Equal(_engine.Engine.Keyspace[0].Count, client.Command("DBSIZE").Integer);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    public void Dispose() => _engine.Dispose();

    private static IEnumerable<string[]> Commands()
    {
        foreach ((string name, string[][] commands) in SampleValues.Classic)
        {
            foreach (string[] command in commands)
            {
                yield return [.. command.Select((word, i) => word == "k" && (i is 1 or 2) ? name : word)];
            }
        }

        yield return ["PEXPIREAT", "small integer", "4000000000000"];
        yield return ["PEXPIREAT", "large hash", "4000000000000"];
        yield return ["SELECT", "3"];
        yield return ["SET", "elsewhere", "x"];
        yield return ["SELECT", "0"];
    }
}
