using System.Globalization;
using System.Text;
using Spinel.Engine;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Tests.Rdb;

/// <summary>What tests of this project do with a <see cref="TestEngine"/>.</summary>
internal static class EngineExtensions
{
    /// <summary>An engine with persistence, DEBUG allowed.</summary>
    public static TestEngine NewEngine() =>
        new(options => options.Set("enable-debug-command", "yes").Set("save", ""), extensions: new PersistenceExtension());

    public static string Dump(this TestEngine engine, string key)
    {
        string reply = engine.Call("DUMP", key).Text;
        int lineEnd = reply.IndexOf("\r\n", StringComparison.Ordinal);
        return reply.Substring(lineEnd + 2, int.Parse(reply.AsSpan(1, lineEnd - 1), CultureInfo.InvariantCulture));
    }

    /// <summary>The digest of everything.</summary>
    public static string Digest(this TestEngine engine) => engine.Run("DEBUG DIGEST").Text.TrimStart('+').TrimEnd();

    /// <summary>Restores a value given as its type and body, and returns the reply.</summary>
    public static string Restore(this TestEngine engine, string key, byte type, byte[] body, int version = 10) =>
        engine.Call("RESTORE", key, "0", Encoding.Latin1.GetString(RdbBytes.Payload(type, body, version)), "REPLACE").Text.TrimEnd();

    public static byte[] Save(this TestEngine engine, RdbFileInfo? info = null, bool compress = true, bool checksum = true)
    {
        var file = new MemoryStream();
        RdbFileWriter.Save(engine.Engine, new RdbFileOutput(file, compress, checksum), info ?? new RdbFileInfo());
        return file.ToArray();
    }

    public static RdbLoadResult Load(this TestEngine engine, byte[] file, RdbLoadSettings? settings = null)
    {
        using var loader = new RdbLoader(engine.Engine, new RdbSource(new MemoryStream(file), file.Length), settings ?? new RdbLoadSettings());
        return loader.Load();
    }
}
