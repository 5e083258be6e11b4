using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Spinel.Engine;

namespace Spinel.Hosting.Logging;

/// <summary>
/// The server's log in the form that Redis's tools expect: <c>PID:M 22 Nov 2026 17:10:06.123 * text</c>, on standard output or
/// appended to a file. The file is opened for each line, so that log rotation may move it away at any time.
/// </summary>
public sealed class ServerLog : IServerLog
{
    private const string LevelMarks = ".-*#";
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly string _path;
    private readonly StandardStream _standardOutput;
    private readonly string _prefix = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
    private volatile ServerLogLevel _minimum;
    private volatile bool _isReplica;

    /// <param name="minimum">Messages below it are dropped.</param>
    /// <param name="path">The file to append to; empty for standard output.</param>
    /// <param name="time">The clock and time zone of the lines.</param>
    public ServerLog(ServerLogLevel minimum, string path, TimeProvider time)
    {
        _minimum = minimum;
        _path = path.Length == 0 ? path : Path.GetFullPath(path);
        _time = time;
        _standardOutput = StandardStream.Output;
    }

    /// <summary>The least important level that is written. May be changed at any time.</summary>
    public ServerLogLevel Minimum
    {
        get => _minimum;
        set => _minimum = value;
    }

    public bool IsEnabled(ServerLogLevel level) => level >= _minimum;

    public void Write(ServerLogLevel level, string message)
    {
        if (IsEnabled(level))
        {
            string time = _time.GetLocalNow().ToString("dd MMM yyyy HH:mm:ss.fff", CultureInfo.InvariantCulture);
            Append($"{_prefix}:{(_isReplica ? 'S' : 'M')} {time} {LevelMarks[(int)level]} {message}\n");
        }
    }

    public void NoteRole(bool isReplica) => _isReplica = isReplica;

    /// <summary>The line that a signal leaves: its time is in Unix seconds.</summary>
    public void WriteSignal(string message)
    {
        string seconds = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Append($"{_prefix}:signal-handler ({seconds}) {message}\n");
    }

    /// <summary>Throws when lines cannot be appended to the log file.</summary>
    /// <exception cref="IOException">The file cannot be opened for writing.</exception>
    /// <exception cref="UnauthorizedAccessException">Access is denied.</exception>
    public void EnsureWritable()
    {
        if (_path.Length > 0)
        {
            OpenFile().Dispose();
        }
    }

    private void Append(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line);
        lock (_lock)
        {
            if (_path.Length == 0)
            {
                _standardOutput.Write(bytes);
                return;
            }

            try
            {
                using SafeFileHandle file = OpenFile();
                RandomAccess.Write(file, bytes, RandomAccess.GetLength(file));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A full disk must not stop the server, and there is nowhere to report it but here.
                StandardStream.Error.Write(bytes);
            }
        }
    }

    private SafeFileHandle OpenFile() =>
        File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
}
