using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Spinel.Bench.Churn;

/// <summary>
/// Many clients that behave as badly as clients do: they come, work, and go; vanish in the middle of a request; ask for much and do not read; wait for keys
/// that nobody brings; and are killed by others. What a server may have lost track of afterwards is for the caller to find out.
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "Traffic, not secrets.")]
internal sealed class ClientChurn(EndPoint endpoint, int clients, int seed)
{
    private const int ReceiveBytes = 16 * 1024;
    private const int Keys = 2000;
    private const int LongestValueBytes = 60_000;

    /// <summary>A round that takes longer than this has been forgotten by the server.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] Forms =
    [
        "SET k{0} {1}", "SET k{0} {1} PX 50", "GET k{0}", "DEL k{0}", "UNLINK k{0} l{0} h{0}", "APPEND k{0} {1}", "MGET k1 k2 k{0}", "INCR n{0}", "EXPIRE h{0} 1",
        "LPUSH l{0} {1} b c", "RPOP l{0}", "LRANGE l{0} 0 -1", "BLPOP l{0} 0.01", "HSET h{0} f{2} {1}", "HGETALL h{0}", "HPEXPIRE h{0} 20 FIELDS 1 f{2}",
        "SADD s{0} {2} x y", "SMEMBERS s{0}", "SINTER s{0} s1", "ZADD z{0} {2} m{2}", "ZRANGE z{0} 0 -1 WITHSCORES", "XADD x{0} MAXLEN 100 * f {1}", "XREAD STREAMS x{0} 0",
        "SETBIT b{0} {2} 1", "PFADD p{0} {2}", "COPY k{0} k{2} REPLACE", "RENAME k{0} k{2}", "OBJECT ENCODING h{0}", "SCAN {2} COUNT 20", "DBSIZE", "WATCH k{0}",
        "MULTI", "EXEC", "DISCARD", "CLIENT LIST", "CLIENT INFO", "CLIENT NO-EVICT on", "CLIENT REPLY SKIP", "INFO everything", "SLOWLOG GET 2", "LATENCY HISTOGRAM set",
        "MEMORY USAGE k{0}", "HELLO 3", "HELLO 2", "SELECT 1", "SELECT 0", "RESET", "SET wrong", "nosuch {1}", "FLUSHDB ASYNC", "SORT l{0} ALPHA",
    ];

    private long _connections;
    private long _rounds;
    private long _cutOff;
    private long _kills;

    /// <summary>Lets the clients come and go for so long, and returns once the last is gone.</summary>
    public async Task<ChurnSummary> RunAsync(TimeSpan duration)
    {
        using var time = new CancellationTokenSource(duration);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(number => Task.Run(() => BehaveAsync(number, time.Token)))).ConfigureAwait(false);
        return new ChurnSummary(_connections, _rounds, _cutOff, _kills);
    }

    private async Task BehaveAsync(int number, CancellationToken stop)
    {
        var random = new Random(seed + number);
        while (!stop.IsCancellationRequested)
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(endpoint, CancellationToken.None).ConfigureAwait(false);
                Interlocked.Increment(ref _connections);
                Task session = (number % 10, random.Next(4)) switch
                {
                    (0, _) => KillAsync(socket, random, stop),
                    (1, 0) => NotReadAsync(socket, random),
                    (2, 0) => VanishAsync(socket, random),
                    (3, 0) => WaitAsync(socket, random),
                    _ => WorkAsync(socket, random, stop),
                };
                await session.ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                // Killed, cut off or reset: that is the idea.
                Interlocked.Increment(ref _cutOff);
            }
        }
    }

    /// <summary>Pipelines of mixed commands, with a marker at the end of each whose echo tells that all was answered.</summary>
    private async Task WorkAsync(Socket socket, Random random, CancellationToken stop)
    {
        int rounds = random.Next(1, 40);
        for (int i = 0; i < rounds && !stop.IsCancellationRequested; i++)
        {
            var requests = new StringBuilder();
            for (int count = random.Next(1, 30); count > 0; count--)
            {
                Append(requests, Line(random));
            }

            // Whatever mode the commands left behind, this is answered.
            Append(requests, "DISCARD");
            await RoundAsync(socket, requests, random).ConfigureAwait(false);
        }

        if (random.Next(3) == 0)
        {
            await SendAsync(socket, "*1\r\n$4\r\nQUIT\r\n").ConfigureAwait(false);
        }
    }

    private async Task RoundAsync(Socket socket, StringBuilder requests, Random random)
    {
        string marker = "marker-" + random.NextInt64().ToString(CultureInfo.InvariantCulture);
        Append(requests, "CLIENT REPLY ON");
        Append(requests, "ECHO " + marker);
        using var patience = new CancellationTokenSource(Patience);
        Task sending = SendAsync(socket, requests.ToString());
        byte[] expected = Encoding.ASCII.GetBytes(marker + "\r\n");
        byte[] buffer = new byte[ReceiveBytes];
        int kept = 0;
        while (true)
        {
            int count;
            try
            {
                count = await socket.ReceiveAsync(buffer.AsMemory(kept), patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException("a request was never answered: " + requests);
            }

            if (count == 0)
            {
                throw new IOException("closed by the server");
            }

            if (buffer.AsSpan(0, kept + count).IndexOf(expected) >= 0)
            {
                break;
            }

            int tail = Math.Min(expected.Length, kept + count);
            buffer.AsSpan(kept + count - tail, tail).CopyTo(buffer);
            kept = tail;
        }

        await sending.ConfigureAwait(false);
        Interlocked.Increment(ref _rounds);
    }

    /// <summary>Kills others, and holds everybody up now and then.</summary>
    private async Task KillAsync(Socket socket, Random random, CancellationToken stop)
    {
        for (int i = 0; i < 10 && !stop.IsCancellationRequested; i++)
        {
            var requests = new StringBuilder();
            long newest = Interlocked.Read(ref _connections);
            Append(requests, random.Next(6) switch
            {
                0 => "CLIENT PAUSE 3 WRITE",
                1 => "CLIENT UNPAUSE",
                2 => "CLIENT KILL MAXAGE 2 NOT-NAME nobody",
                _ => $"CLIENT KILL ID {random.NextInt64(1, newest + 1)} {random.NextInt64(1, newest + 1)} {newest}",
            });
            Interlocked.Increment(ref _kills);
            await RoundAsync(socket, requests, random).ConfigureAwait(false);
            await Task.Delay(20, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Asks for megabytes and reads none of them.</summary>
    private static async Task NotReadAsync(Socket socket, Random random)
    {
        var requests = new StringBuilder();
        Append(requests, "SET big " + new string('b', LongestValueBytes));
        for (int i = random.Next(20, 400); i > 0; i--)
        {
            Append(requests, "GET big");
        }

        await SendAsync(socket, requests.ToString()).ConfigureAwait(false);
        await Task.Delay(random.Next(100), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Goes in the middle of a request, without a farewell.</summary>
    private static async Task VanishAsync(Socket socket, Random random)
    {
        var requests = new StringBuilder();
        Append(requests, "MULTI");
        Append(requests, "WATCH a b c");
        Append(requests, Line(random));
        requests.Append("*3\r\n$3\r\nSET\r\n$1\r\nx\r\n$50000\r\n").Append('y', random.Next(50_000));
        await SendAsync(socket, requests.ToString()).ConfigureAwait(false);
        if (random.Next(2) == 0)
        {
            socket.LingerState = new LingerOption(true, 0);
        }
    }

    /// <summary>Waits for a key that nobody brings, and gives up.</summary>
    private static async Task WaitAsync(Socket socket, Random random)
    {
        var requests = new StringBuilder();
        Append(requests, string.Create(CultureInfo.InvariantCulture, $"BLMPOP 0 2 never{random.Next(5)} never{random.Next(5)} LEFT"));
        Append(requests, "XREAD BLOCK 0 STREAMS never $");
        Append(requests, "GET k1");
        await SendAsync(socket, requests.ToString()).ConfigureAwait(false);
        await Task.Delay(random.Next(200), CancellationToken.None).ConfigureAwait(false);
    }

    private static string Line(Random random)
    {
        int length = random.Next(20) == 0 ? random.Next(LongestValueBytes) : random.Next(100);
        return string.Format(CultureInfo.InvariantCulture, Forms[random.Next(Forms.Length)], random.Next(Keys), new string('v', length + 1), random.Next(1000));
    }

    private static void Append(StringBuilder requests, string line)
    {
        string[] words = line.Split(' ');
        requests.Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (string word in words)
        {
            requests.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        }
    }

    private static async Task SendAsync(Socket socket, string text)
    {
        ReadOnlyMemory<byte> bytes = Encoding.ASCII.GetBytes(text);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, patience.Token).ConfigureAwait(false)..];
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException("what was sent was never received");
        }
    }
}

/// <summary>What has happened.</summary>
/// <param name="Connections">Clients that came.</param>
/// <param name="Rounds">Pipelines that were answered to the end.</param>
/// <param name="CutOff">Clients whose connection was ended by the server.</param>
/// <param name="Kills">Attempts on other clients.</param>
internal sealed record ChurnSummary(long Connections, long Rounds, long CutOff, long Kills);
