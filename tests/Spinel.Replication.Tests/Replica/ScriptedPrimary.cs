using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Spinel.Persistence.Rdb;

namespace Spinel.Replication.Tests.Replica;

/// <summary>A primary that says what a test tells it to. It and the replica take turns on the same thread.</summary>
internal sealed class ScriptedPrimary : IDisposable
{
    public const string Id = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    public const string Mark = "zyxwvutsrqponmlkjihg0123456789abcdefghij";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ReplicaEngine _replica;
    private readonly StringBuilder _heard = new();
    private Socket? _socket;

    public ScriptedPrimary(ReplicaEngine replica)
    {
        _replica = replica;
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>An RDB file with a few string keys.</summary>
    public static byte[] File(params (string Key, string Value)[] keys)
    {
        var bytes = new List<byte>(Encoding.ASCII.GetBytes("REDIS0010"));
        foreach ((string key, string value) in keys)
        {
            bytes.Add(0);
            bytes.Add((byte)key.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(key));
            bytes.AddRange([0x40, (byte)value.Length]);
            bytes.AddRange(Encoding.ASCII.GetBytes(value));
        }

        bytes.Add(0xFF);
        bytes.AddRange(BitConverter.GetBytes(Crc64.Append(0, [.. bytes])));
        return [.. bytes];
    }

    public static string Request(params string[] words) =>
        string.Create(CultureInfo.InvariantCulture, $"*{words.Length}\r\n") + string.Concat(words.Select(word => string.Create(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n")));

    /// <summary>Has the engine connect.</summary>
    public void Attract() => _replica.Run($"REPLICAOF 127.0.0.1 {Port}").ShouldBe("+OK");

    public void Accept()
    {
        _replica.TurnUntil(_listener.Pending);
        _socket?.Dispose();
        _socket = _listener.AcceptSocket();
        _socket.NoDelay = true;
        _socket.Blocking = false;
        _heard.Clear();
    }

    public void Say(string text) => Say(Encoding.Latin1.GetBytes(text));

    public void Say(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = _socket!.Send(bytes, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                _replica.Engine.Turn(1);
            }
            else
            {
                Assert.Equal(SocketError.Success, error);
                bytes = bytes[sent..];
            }
        }
    }

    /// <summary>Waits for a request.</summary>
    public void Expect(params string[] words)
    {
        string wanted = Request(words);
        _replica.TurnUntil(() => Hear().Contains(wanted, StringComparison.Ordinal));
        _heard.Remove(0, _heard.ToString().IndexOf(wanted, StringComparison.Ordinal) + wanted.Length);
    }

    /// <summary>Waits for the question for synchronization, whatever it is to go on from.</summary>
    public void ExpectPsync()
    {
        _replica.TurnUntil(() => Hear().Contains("PSYNC", StringComparison.Ordinal) && Hear().EndsWith("\r\n", StringComparison.Ordinal));
        _heard.Clear();
    }

    /// <summary>What has come and was not expected yet.</summary>
    public string Hear()
    {
        byte[] buffer = new byte[4096];
        while (true)
        {
            int count = _socket!.Receive(buffer, SocketFlags.None, out SocketError error);
            if (error != SocketError.Success || count == 0)
            {
                return _heard.ToString();
            }

            _heard.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }

    /// <summary>Takes a connection as far as the question for synchronization.</summary>
    public void Greet()
    {
        Accept();
        Expect("PING");
        Say("+PONG\r\n");
        Expect("REPLCONF", "listening-port", "6379");
        Expect("REPLCONF", "capa", "eof", "capa", "psync2");
        Say("+OK\r\n+OK\r\n");
    }

    /// <summary>Takes a connection all the way to the stream, which begins behind <paramref name="offset"/>.</summary>
    public void Synchronize(long offset, byte[] file)
    {
        Greet();
        ExpectPsync();
        Say(string.Create(CultureInfo.InvariantCulture, $"+FULLRESYNC {Id} {offset}\r\n$EOF:{Mark}\r\n"));
        Say(file);
        Say(Mark);
        Expect("REPLCONF", "ACK", offset.ToString(CultureInfo.InvariantCulture));
    }

    public void Hang() => _socket!.Dispose();

    public void Dispose()
    {
        _socket?.Dispose();
        _listener.Dispose();
    }
}
