using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Spinel.TestSupport;

/// <summary>
/// A server started for a test on a loopback port and in an empty directory of its own. Its output is kept, and every failure
/// that this class reports carries it.
/// </summary>
public sealed class ServerProcess : IDisposable
{
    private const int FirstPort = 20000;
    private const int LastPort = 29999;
    private const int SigTerm = 15;
    private const int LogLimitChars = 200_000;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly long _begin;
    private bool _stopped;

    private ServerProcess(ServerCommand command, int port, string directory)
    {
        Command = command;
        Port = port;
        Directory = directory;
        var start = new ProcessStartInfo(command.Program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = directory,
        };
        foreach (string argument in command.Arguments)
        {
            start.ArgumentList.Add(argument
                .Replace("{port}", port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{dir}", directory, StringComparison.Ordinal));
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => AppendLog(line.Data);
        _process.ErrorDataReceived += (_, line) => AppendLog(line.Data);
        _begin = Stopwatch.GetTimestamp();
        try
        {
            _process.Start();
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new ServerFailedException($"{command.Program} cannot be started: {failure.Message}");
        }

        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What was started.</summary>
    public ServerCommand Command { get; }

    /// <summary>The loopback port the server listens on.</summary>
    public int Port { get; }

    /// <summary>The server's working directory; removed when it stops.</summary>
    public string Directory { get; }

    /// <summary>The id of the server's process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>The time from the start of the process until it answered PING.</summary>
    public TimeSpan StartupTime { get; private set; }

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What the server printed so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts a server and waits until it answers PING.</summary>
    /// <exception cref="ServerFailedException">The server ended or did not answer in time.</exception>
    public static ServerProcess Start(ServerCommand command)
    {
        // Another test may take the port between the check and the server's own bind: then the next one is tried.
        for (int attempt = 1; ; attempt++)
        {
            string directory = System.IO.Directory.CreateTempSubdirectory("spinel-test-").FullName;
            var server = new ServerProcess(command, FreePort(), directory);
            try
            {
                server.WaitUntilReady();
                return server;
            }
            catch (ServerFailedException) when (attempt < 3 && server.Log.Contains("ddress already in use", StringComparison.Ordinal))
            {
                server.Kill();
            }
            catch
            {
                server.Kill();
                throw;
            }
        }
    }

    /// <summary>Starts a server on a port that it had before, or that others already know.</summary>
    /// <exception cref="ServerFailedException">The server ended or did not answer in time.</exception>
    public static ServerProcess StartOn(int port, ServerCommand command)
    {
        var server = new ServerProcess(command, port, System.IO.Directory.CreateTempSubdirectory("spinel-test-").FullName);
        try
        {
            server.WaitUntilReady();
            return server;
        }
        catch
        {
            server.Kill();
            throw;
        }
    }

    /// <summary>A connection to the server.</summary>
    public RespConnection Connect() => new(Port);

    /// <summary>Stops the server by SIGTERM, and checks that it ended by itself and with exit code 0.</summary>
    /// <exception cref="ServerFailedException">It had died, did not stop in time, or reported an error at its end.</exception>
    public void Stop()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        try
        {
            if (_process.HasExited)
            {
                throw Failure($"ended before it was stopped, exit code {_process.ExitCode}");
            }

            if (OperatingSystem.IsWindows() || kill(_process.Id, SigTerm) != 0)
            {
                _process.Kill();
                return;
            }

            if (!_process.WaitForExit(StopLimit))
            {
                throw Failure($"did not stop within {StopLimit.TotalSeconds} s of SIGTERM");
            }

            _process.WaitForExit();
            if (_process.ExitCode != 0)
            {
                throw Failure($"reported an error at its end, exit code {_process.ExitCode}");
            }
        }
        finally
        {
            Kill();
        }
    }

    /// <summary>Ends the process at once, without any check.</summary>
    public void Kill()
    {
        _stopped = true;
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        if (System.IO.Directory.Exists(Directory))
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    /// <summary>An error that names the server and carries the end of its log.</summary>
    public ServerFailedException Failure(string what)
    {
        string log = Log;
        return new ServerFailedException(
            $"{Command.Name} (port {Port}) {what}; its log:\n{(log.Length > 8000 ? log[^8000..] : log)}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Stop();
        }
        finally
        {
            _process.Dispose();
        }
    }

    private void WaitUntilReady()
    {
        string last = "no connection";
        while (Stopwatch.GetElapsedTime(_begin) < StartLimit)
        {
            if (_process.HasExited)
            {
                _process.WaitForExit();
                throw Failure($"ended while starting, exit code {_process.ExitCode}");
            }

            try
            {
                using var connection = new RespConnection(Port);
                RespValue reply = connection.Command("PING");
                if (reply.Text == "PONG" || reply.ToString().Contains("NOAUTH", StringComparison.Ordinal))
                {
                    // Who asks for a password answers, too.
                    StartupTime = Stopwatch.GetElapsedTime(_begin);
                    return;
                }

                last = reply.ToString();
            }
            catch (IOException failure)
            {
                last = failure.Message;
            }
            catch (SocketException failure)
            {
                last = failure.Message;
            }

            Thread.Sleep(2);
        }

        throw Failure($"did not answer PING within {StartLimit.TotalSeconds} s ({last})");
    }

    private void AppendLog(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            if (_log.Length > LogLimitChars)
            {
                _log.Remove(0, _log.Length / 2);
            }

            _log.Append(line).Append('\n');
        }
    }

    /// <summary>A port below the range of outgoing connections, so that none of those can sit on it.</summary>
    public static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(FirstPort, LastPort + 1);
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable IDE1006, SYSLIB1054 // The C library's own name; the source-generated form needs unsafe code, which tests do without.
    private static extern int kill(int processId, int signal);
#pragma warning restore IDE1006, SYSLIB1054
}
