using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>
/// Requests sent to a server as fast as it answers, by one thread that does as little as possible for each, so that the server is what is measured. redis-benchmark
/// composes each request anew, parses each reply and enters it into a histogram, which costs it more than a cheap command costs the server.
/// </summary>
/// <remarks>
/// <para>
/// All requests exist before the clock starts, as the bytes that are sent, the same for all servers. Each of <see cref="LoadCase.ConnectionCount"/> connections has
/// one pipeline under way. The thread goes round them: it waits for the rest of a connection's replies, sends that connection's next pipeline, and
/// goes on to the next, one call each of send and receive for a pipeline and no call of poll. While it is busy with one, the others' replies pile up, as
/// with any client that is slower than its server; when the server is slower, it waits in receive.
/// </para>
/// <para>
/// Replies are told apart by counting line ends, some dozens of bytes at a time: all replies of a workload have the same number of lines, which a single request
/// finds out beforehand with a real parser. Elements hold no line ends. A line that begins with '-' is an error and fails the run, as does a reply that
/// does not come within <see cref="Patience"/> (a workload whose replies differ in their number of lines would end so, too).
/// </para>
/// <para>
/// Time and processor time are taken from the first byte sent to the last received. A pipeline's latency is that of its last reply, seen when the thread comes round to it.
/// The generator's own share of a core is reported: near 1, it is the generator that was measured, and the server's time per request is the figure to look at.
/// </para>
/// </remarks>
internal sealed class PipelineLoad
{
    private const int ReceiveBytes = 1 << 18;
    private const int HistogramMicroseconds = 1_000_000;
    private const double MicrosecondsPerSecond = 1e6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly LoadCase _load;
    private readonly byte[] _bytes;
    private readonly int[] _ends;
    private readonly byte[] _received = new byte[ReceiveBytes];

    /// <summary>Composes the requests.</summary>
    public PipelineLoad(LoadCase load, int requests)
    {
        // Of a load that always asks the same, one pipeline is enough.
        int pipelines = Math.Max(requests / load.PipelineDepth, 1);
        int composed = load.IsRepeated ? 1 : pipelines;
        var bytes = new MemoryStream();
        _load = load;
        _ends = new int[pipelines];
        for (int pipeline = 0; pipeline < composed; pipeline++)
        {
            for (int i = 0; i < load.PipelineDepth; i++)
            {
                bytes.Write(Encode(load.Request!((pipeline * load.PipelineDepth) + i)));
            }

            _ends[pipeline] = checked((int)bytes.Length);
        }

        Array.Fill(_ends, _ends[composed - 1], composed, pipelines - composed);
        _bytes = bytes.ToArray();
    }

    /// <summary>Sends all requests. One more goes before them, which tells how many lines a reply has.</summary>
    /// <exception cref="InvalidDataException">The server replied with an error.</exception>
    public LoadResult Run(ServerProcess server)
    {
        int linesPerPipeline = LinesPerReply(server) * _load.PipelineDepth;
        int count = Math.Min(LoadCase.ConnectionCount, _ends.Length);
        var sockets = new Socket[count];
        long[] sentAt = new long[count];
        int[] histogram = new int[HistogramMicroseconds + 1];
        try
        {
            for (int i = 0; i < count; i++)
            {
                sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
                {
                    NoDelay = true,
                    ReceiveTimeout = (int)Patience.TotalMilliseconds,
                };
                sockets[i].Connect(IPAddress.Loopback, server.Port);
            }

            double serverCpu = ProcessReadings.CpuSeconds(server.ProcessId);
            double ownCpu = Environment.CpuUsage.TotalTime.TotalSeconds;
            long begin = Stopwatch.GetTimestamp();
            int next = 0;
            for (; next < count; next++)
            {
                sentAt[next] = Stopwatch.GetTimestamp();
                Send(sockets[next], next);
            }

            for (int done = 0; done < _ends.Length; done++)
            {
                int at = done % count;
                Receive(sockets[at], linesPerPipeline, server);
                long now = Stopwatch.GetTimestamp();
                double microseconds = Stopwatch.GetElapsedTime(sentAt[at], now).TotalMicroseconds;
                histogram[(int)Math.Min(microseconds, HistogramMicroseconds)]++;
                if (next < _ends.Length)
                {
                    sentAt[at] = now;
                    Send(sockets[at], next++);
                }
            }

            double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            ownCpu = Environment.CpuUsage.TotalTime.TotalSeconds - ownCpu;
            serverCpu = ProcessReadings.CpuSeconds(server.ProcessId) - serverCpu;
            double requests = (double)_ends.Length * _load.PipelineDepth;
            return new LoadResult(
                requests / seconds, serverCpu / requests * MicrosecondsPerSecond, Percentile(histogram, 50), Percentile(histogram, 99), Percentile(histogram, 99.9),
                ownCpu / seconds);
        }
        catch (SocketException failure)
        {
            throw new InvalidDataException($"{server.Command.Name}, {_load.Name}: {failure.Message}");
        }
        finally
        {
            foreach (Socket socket in sockets)
            {
                socket?.Dispose();
            }
        }
    }

    private void Send(Socket socket, int pipeline)
    {
        int begin = pipeline == 0 || _ends[pipeline] == _ends[pipeline - 1] ? 0 : _ends[pipeline - 1];
        ReadOnlySpan<byte> left = _bytes.AsSpan(begin, _ends[pipeline] - begin);
        while (!left.IsEmpty)
        {
            left = left[socket.Send(left)..];
        }
    }

    private void Receive(Socket socket, int lines, ServerProcess server)
    {
        bool startsLine = true;
        while (lines > 0)
        {
            int length = socket.Receive(_received);
            ReadOnlySpan<byte> received = _received.AsSpan(0, length);
            int error = startsLine && length > 0 && received[0] == '-' ? 0 : received.IndexOf("\n-"u8);
            if (length == 0 || error >= 0)
            {
                string text = length == 0 ? "the connection was closed" : Encoding.Latin1.GetString(received[error..Math.Min(length, error + 100)]).Trim();
                throw new InvalidDataException($"{server.Command.Name}, {_load.Name}: {text}");
            }

            lines -= received.Count((byte)'\n');
            startsLine = received[^1] == '\n';
        }

        if (lines < 0)
        {
            throw new InvalidDataException($"{server.Command.Name}, {_load.Name}: replies have more lines than the first one");
        }
    }

    private int LinesPerReply(ServerProcess server)
    {
        using RespConnection connection = server.Connect();
        connection.SendRaw(Encode(_load.Request!(0)));
        RespReply reply = connection.ReadReply();
        return reply.Value.IsError
            ? throw new InvalidDataException($"{server.Command.Name}, {_load.Name}: {reply.Value}")
            : reply.Raw.AsSpan().Count((byte)'\n');
    }

    private static byte[] Encode(string[] words) => Encoding.ASCII.GetBytes(string.Concat(
        [string.Create(CultureInfo.InvariantCulture, $"*{words.Length}\r\n"), .. words.Select(word => string.Create(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n"))]));

    /// <summary>In milliseconds.</summary>
    private static double Percentile(int[] histogram, double percent)
    {
        long wanted = (long)Math.Ceiling(histogram.Sum(count => (long)count) * percent / 100);
        int at = 0;
        for (long seen = histogram[0]; seen < wanted; seen += histogram[at])
        {
            at++;
        }

        return at / 1000.0;
    }
}
