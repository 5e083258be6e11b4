using Spinel.Engine;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Loading;

/// <summary>Loads a snapshot file while the server runs; nobody is served meanwhile.</summary>
internal static class SnapshotReload
{
    /// <returns>False when the file cannot be read or is damaged; the log says why. What was loaded until then stays.</returns>
    public static bool TryLoad(SpinelEngine engine, string path, bool replaces)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            using var loader = new RdbLoader(engine, new RdbSource(file, file.Length), new RdbLoadSettings { Checksum = engine.Options.RdbChecksum, Replaces = replaces });
            loader.Load();
            return true;
        }
        catch (RdbFormatException e)
        {
            engine.Log.Write(ServerLogLevel.Warning, $"{path} cannot be loaded: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            engine.Log.Write(ServerLogLevel.Warning, $"{path} cannot be loaded: {FileErrorText.Of(e)}");
        }

        return false;
    }
}
