using Spinel.Persistence.Rdb;
using Spinel.Persistence.Tests.Rdb;

namespace Spinel.Persistence.Tests.Snapshot;

/// <summary>What this server cannot run it does not throw away.</summary>
public sealed class FunctionTests : IDisposable
{
    private readonly string _directory = PersistentEngine.NewDirectory();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Libraries_of_functions_are_written_back()
    {
        byte[] library = "#!lua name=mylib\nredis.register_function('f', function() return 1 end)"u8.ToArray();
        using (TestEngine writer = EngineExtensions.NewEngine())
        {
            writer.Run("SET a 1");
            File.WriteAllBytes(Path.Combine(_directory, "dump.rdb"), writer.Save(new RdbFileInfo { Functions = [library] }));
        }

        using (var server = new PersistentEngine(_directory))
        {
            Assert.Contains(server.Log.Lines, line => line.Contains("1 libraries of functions", StringComparison.Ordinal));
            server.Engine.Run("SET a 2");
            server.Engine.Run("SAVE").ShouldBe("+OK");
        }

        using TestEngine reader = EngineExtensions.NewEngine();
        Assert.Equal(library, Assert.Single(reader.Load(File.ReadAllBytes(Path.Combine(_directory, "dump.rdb"))).Functions));
    }
}
