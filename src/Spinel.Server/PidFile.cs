using System.Globalization;
using System.Text;
using Spinel.Engine;

namespace Spinel.Server;

/// <summary>The file that names the running process for service scripts; removed when the server stops.</summary>
internal sealed class PidFile : IDisposable
{
    private readonly string _path;
    private readonly IServerLog _log;

    private PidFile(string path, IServerLog log)
    {
        _path = path;
        _log = log;
    }

    /// <summary>Writes the file. Failing to is no reason not to serve: it is logged, and null returned. An empty path means no file.</summary>
    internal static PidFile? Write(string path, IServerLog log)
    {
        if (path.Length == 0)
        {
            return null;
        }

        try
        {
            File.WriteAllBytes(path, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
            return new PidFile(path, log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(ServerLogLevel.Notice, "Failed to write PID file: " + FileErrorText.Of(e));
            return null;
        }
    }

    public void Dispose()
    {
        _log.Write(ServerLogLevel.Notice, "Removing the pid file.");
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Write(ServerLogLevel.Warning, "Failed to remove the pid file: " + FileErrorText.Of(e));
        }
    }
}
