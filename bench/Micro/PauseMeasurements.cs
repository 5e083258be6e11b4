using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Spinel.Engine;
using Spinel.Engine.Sessions;

namespace Spinel.Bench.Micro;

/// <summary>
/// How long the engine is held at once by what used to be pauses: growth of the table, a wave of expiries, the deletion of everything. Drives an
/// engine in process, one command a turn, and prints the longest turns by the processor time of the thread: on a shared machine the longest wall time
/// is the scheduler's, not the engine's.
/// </summary>
internal static partial class PauseMeasurements
{
    private const int ExpiringKeys = 1_000_000;

    public static void Run(long keys)
    {
        using var engine = new SpinelEngine(new EngineSettings());
        var client = new Client(engine);
        WarmUp(client);
        var sets = new Turns();
        for (long i = 0; i < keys; i++)
        {
            client.Run(sets, "SET", Key(i), "0123456789abcdef0123456789abcdef"u8);
        }

        sets.Print($"SET of {keys:N0} new keys, while the table grows");
        var gets = new Turns();
        for (long i = 0; i < Math.Min(keys, 1_000_000); i++)
        {
            client.Run(gets, "GET", Key(i), default);
        }

        gets.Print("GET of those keys, for comparison");
        var flush = new Turns();
        client.Run(flush, "FLUSHALL", "ASYNC"u8, default);
        flush.Print($"FLUSHALL ASYNC of {keys:N0} keys");
        MeasureExpiry(engine, client);
    }

    /// <summary>Runs every command until it is compiled for good: the compiler's pauses are those of the first second, not of growth.</summary>
    private static void WarmUp(Client client)
    {
        var turns = new Turns();
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < 20_000; i++)
            {
                client.Run(turns, "SET", Key(i), "value"u8);
                client.Run(turns, "GET", Key(i), default);
                client.Run(turns, "PEXPIREAT", Key(i), "99999999999999"u8);
            }

            client.Run(turns, "FLUSHALL", "ASYNC"u8, default);
        }

        Thread.Sleep(500);
    }

    private static void MeasureExpiry(SpinelEngine engine, Client client)
    {
        var sets = new Turns();
        long at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 15_000;
        byte[] time = Encoding.ASCII.GetBytes(at.ToString(CultureInfo.InvariantCulture));
        for (int i = 0; i < ExpiringKeys; i++)
        {
            client.Run(sets, "SET", Key(i), "value"u8);
            client.Run(sets, "PEXPIREAT", Key(i), time);
        }

        while (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() < at)
        {
            Thread.Sleep(10);
        }

        var turns = new Turns();
        long start = Stopwatch.GetTimestamp();
        while (engine.Keyspace[0].Expires.Count > 0)
        {
            client.Run(turns, "GET", "other"u8, default);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        turns.Print($"GET while {ExpiringKeys:N0} keys expire at once ({seconds:F1} s in all)");
    }

    private static byte[] Key(long i) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key:{i:D12}"));

    /// <summary>The durations of turns: count, longest, and how many were long.</summary>
    private sealed class Turns
    {
        private long _count;
        private long _longest;
        private long _overMillisecond;
        private long _over100Microseconds;

        public void Add(long nanoseconds)
        {
            _count++;
            _longest = Math.Max(_longest, nanoseconds);
            double microseconds = nanoseconds / 1e3;
            _overMillisecond += microseconds > 1000 ? 1 : 0;
            _over100Microseconds += microseconds > 100 ? 1 : 0;
        }

        public void Print(string what) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: longest {_longest / 1e3:F0} us, above 1 ms {_overMillisecond}, above 100 us {_over100Microseconds}, of {_count:N0}"));
    }

    private sealed class Client : IConnection
    {
        private readonly SpinelEngine _engine;
        private readonly Session _session;
        private readonly byte[] _buffer = new byte[4096];

        public Client(SpinelEngine engine)
        {
            _engine = engine;
            _session = engine.Accept(this);
        }

        public long FileDescriptor => -1;

        public string RemoteAddress => "127.0.0.1:1";

        public string LocalAddress => "127.0.0.1:2";

        public bool IsUnixSocket => false;

        public bool IsLoopback => true;

        public void Abort()
        {
        }

        /// <summary>One turn of the loop with one command, timed whole.</summary>
        public void Run(Turns turns, string name, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
        {
            int length = Write(name, first, second);
            long start = ThreadClock.Nanoseconds();
            _engine.BeginTurn();
            _session.EndReceive(length, _buffer);
            _engine.EndTurn();
            turns.Add(ThreadClock.Nanoseconds() - start);
            _session.Output.Consume(_session.Output.Length);
            _engine.ClearPendingWrites();
        }

        private int Write(string name, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
        {
            int length = Append(0, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{(second.IsEmpty ? 2 : 3)}\r\n${name.Length}\r\n{name}\r\n${first.Length}\r\n")));
            length = Append(Append(length, first), "\r\n"u8);
            if (!second.IsEmpty)
            {
                length = Append(length, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${second.Length}\r\n")));
                length = Append(Append(length, second), "\r\n"u8);
            }

            return length;
        }

        private int Append(int at, ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_buffer.AsSpan(at));
            return at + bytes.Length;
        }
    }

    /// <summary>The processor time of the calling thread; the time of day where the system has no such clock to read.</summary>
    private static partial class ThreadClock
    {
        private const int ThreadCpuTime = 3;

        public static unsafe long Nanoseconds()
        {
            if (!OperatingSystem.IsLinux())
            {
                return (long)(Stopwatch.GetTimestamp() * 1e9 / Stopwatch.Frequency);
            }

            // struct timespec on 64-bit Linux: two longs, seconds and nanoseconds.
            long* time = stackalloc long[2];
            _ = GetTime(ThreadCpuTime, time);
            return (time[0] * 1_000_000_000) + time[1];
        }

        [LibraryImport("libc", EntryPoint = "clock_gettime")]
        private static unsafe partial int GetTime(int clock, long* time);
    }
}
