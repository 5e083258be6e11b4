using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Spinel.Protocol.Tests;

/// <summary>
/// A redis-server that the tests compare with, on a loopback port of its own; absent where it is not installed.
/// <c>SPINEL_REQUIRE_ORACLE=1</c> makes its absence a failure.
/// </summary>
public sealed class Oracle : IDisposable
{
    /// <summary>What stands between the elements of an array, which are sorted.</summary>
    internal const char Separator = '\u0001';

    private readonly Process? _process;
    private readonly int _port;

    public Oracle()
    {
        using (TcpListener probe = new(IPAddress.Loopback, 0))
        {
            probe.Start();
            _port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        ProcessStartInfo start = new("redis-server", ["--save", "", "--port", $"{_port}", "--bind", "127.0.0.1"])
        {
            RedirectStandardOutput = true,
        };
        try
        {
            _process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("SPINEL_REQUIRE_ORACLE") != "1")
        {
            return;
        }

        // The server says when it listens. What it prints afterwards is a few lines, which the pipe holds.
        while (_process!.StandardOutput.ReadLine() is string line && !line.Contains("Ready to accept", StringComparison.Ordinal))
        {
        }
    }

    public void SkipIfAbsent() => Assert.SkipWhen(_process is null, "redis-server is not installed");

    /// <summary>Sends commands in one batch; gives the text of each reply: a line, or a bulk string's payload.</summary>
    internal List<string> Run(IEnumerable<string[]> commands)
    {
        List<string[]> batch = [.. commands];
        byte[] wire = [.. batch.SelectMany(command => RequestStream.Array([.. command.Select(RequestStream.Bytes)]))];
        using Socket socket = Connect();
        using NetworkStream stream = new(socket);
        using BufferedStream reader = new(stream, 1 << 16);
        Task sending = Task.Run(() => socket.Send(wire));
        List<string> replies = [];
        foreach (string[] _ in batch)
        {
            replies.Add(ReadReply(reader));
        }

        sending.Wait();
        return replies;
    }

    /// <summary>Sends bytes and gives everything that comes back until the server closes, as it does on malformed requests.</summary>
    internal string RunMalformed(byte[] wire)
    {
        using Socket socket = Connect();
        socket.ReceiveTimeout = 20_000;
        socket.Send(wire);
        using MemoryStream received = new();
        using NetworkStream stream = new(socket);
        stream.CopyTo(received);
        return Encoding.Latin1.GetString(received.ToArray());
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }
    }

    private static string ReadReply(Stream stream)
    {
        string line = ReadLine(stream);
        if (line[0] == '*')
        {
            int count = int.Parse(line[1..]);
            return string.Join(Separator, Enumerable.Range(0, count).Select(_ => ReadReply(stream)).Order(StringComparer.Ordinal));
        }

        if (line[0] != '$' || line == "$-1")
        {
            return line;
        }

        byte[] payload = new byte[int.Parse(line[1..])];
        stream.ReadExactly(payload);
        ReadLine(stream);
        return Encoding.Latin1.GetString(payload);
    }

    private static string ReadLine(Stream stream)
    {
        StringBuilder line = new();
        while (stream.ReadByte() is int value and not '\n')
        {
            if (value < 0)
            {
                throw new EndOfStreamException();
            }

            line.Append((char)value);
        }

        return line.ToString().TrimEnd('\r');
    }

    private Socket Connect()
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, _port);
        return socket;
    }
}
