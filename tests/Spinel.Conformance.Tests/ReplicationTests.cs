using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Spinel.Conformance.Tests.Differential;
using Spinel.Conformance.Tests.Generation;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests;

/// <summary>
/// Random commands of all types on a primary, whose replicas are reached by lines that fail: they are cut, also in the middle of a transfer, and go
/// dead for longer than the backlog reaches back. In the end, and now and then before, all hold the same. SPINEL_COUNT is how many commands a run sends.
/// </summary>
public sealed partial class ReplicationTests(ITestOutputHelper output)
{
    private const int DefaultCount = 40_000;
    private const int SequenceLength = 400;
    private const int CompareOneIn = 25;
    private const int ConnectionCount = 3;
    private const int MaxPipelined = 64;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly string[] Options =
        ["--repl-diskless-sync-delay", "0", "--repl-timeout", "5", "--repl-backlog-size", "32kb", "--repl-ping-replica-period", "1", "--repl-diskless-load", "swapdb"];

    // Groups whose commands change keys; "connection" would change what the connections themselves answer.
    private static readonly string[] Groups = [.. Grammars.Groups.Keys.Where(group => group != "connection")];

    /// <summary>The primary, its replica, and the replica's replica; or two replicas of one primary, as "primary replica,replica".</summary>
    public static TheoryData<string> Topologies => ["spinel spinel,redis", "redis spinel,spinel", "spinel redis spinel", "redis spinel redis"];

    [Theory]
    [MemberData(nameof(Topologies))]
    public void Replicas_agree_whatever_becomes_of_their_connections(string topology)
    {
        int seed = Settings.Seed;
        int count = Settings.Count(DefaultCount);
        output.WriteLine($"SPINEL_SEED={seed} SPINEL_COUNT={count}");
        using var chain = new Chain(topology);
        var random = new Random(seed);
        for (int sent = 0, number = 0; sent < count; number++)
        {
            string group = Groups[random.Next(Groups.Length)];
            var grammar = new Grammar(Grammars.Groups[group]);
            grammar.Keep(command => !NotYet.Contains(command));
            // What SORT stores of a set that it is told not to sort is the same on no two servers, of Redis neither.
            List<Step> steps = new SequenceGenerator(grammar, [], ConnectionCount, withChance: group != "sort").Generate(unchecked(seed + (number * 7919)), SequenceLength);

            // Options are each server's own.
            sent += chain.Run([.. steps.Where(step => step.Name != "CONFIG" && !(topology.StartsWith("redis", StringComparison.Ordinal) && IsUntold(step)))]);
            Disturb(random, chain.Lines[random.Next(chain.Lines.Count)]);
            if (number % CompareOneIn == CompareOneIn - 1)
            {
                chain.ExpectAgreement($"after {sent} commands (seed {seed}, {topology})");
            }
        }

        chain.ExpectAgreement($"in the end (seed {seed}, {topology})");
        output.WriteLine(chain.Report());
    }

    /// <summary>
    /// What Redis 7.0 does and tells nobody of, so that its own replicas differ: it lengthens a string for a write that then fails by its overflow, and counts that a group's entry was delivered
    /// once more.
    /// </summary>
    private static bool IsUntold(Step step)
    {
        if (step.Name == "XREADGROUP")
        {
            int streams = Array.FindIndex(step.Arguments, static argument => Ascii.EqualsIgnoreCase(argument, "STREAMS"u8)) + 1;
            int count = (step.Arguments.Length - streams) / 2;
            return step.Arguments[^count..].Any(static id => !id.AsSpan().SequenceEqual(">"u8));
        }

        return step.Name == "BITFIELD" && step.Arguments.Any(static argument => Ascii.EqualsIgnoreCase(argument, "FAIL"u8));
    }

    private static void Disturb(Random random, NetworkLine line)
    {
        switch (random.Next(12))
        {
            case 0:
                line.Cut();
                break;
            case 1:
                line.CutAfterBytes = random.Next(20_000);
                break;
            case 2:
                line.GoDead();
                break;
            case 3 or 4 or 5:
                line.Revive();
                break;
        }
    }

    /// <summary>The servers of a topology, and the lines between them.</summary>
    private sealed partial class Chain : IDisposable
    {
        private readonly List<ServerProcess> _servers = [];
        private readonly Dictionary<int, RespConnection> _connections = [];
        private readonly List<byte> _outgoing = [];

        public Chain(string topology)
        {
            string redis = Oracle.RequireProgram("redis-server");
            try
            {
                foreach (string level in topology.Split(' '))
                {
                    ServerProcess? above = _servers.LastOrDefault();
                    foreach (string kind in level.Split(','))
                    {
                        string[] role = [];
                        if (above is not null)
                        {
                            Lines.Add(new NetworkLine(above.Port));
                            role = ["--replicaof", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1 {Lines[^1].Port}")];
                        }

                        ServerCommand command = kind == "redis" ? ServerCommand.Redis(redis, Options) : ServerCommand.Subject(Options);
                        _servers.Add(ServerProcess.Start(command.With(role)));
                    }
                }
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public List<NetworkLine> Lines { get; } = [];

        /// <summary>Sends commands to the primary; how many.</summary>
        public int Run(List<Step> steps)
        {
            int sent = 0;
            for (int i = 0; i < steps.Count;)
            {
                int begin = i;
                int number = steps[i].Connection;
                _outgoing.Clear();
                for (; i < steps.Count && i - begin < MaxPipelined && steps[i].Connection == number; i++)
                {
                    if (steps[i].Kind == StepKind.Command)
                    {
                        RespConnection.Encode(_outgoing, steps[i].Arguments);
                        sent++;
                    }
                }

                int replies = steps[begin..i].Count(step => step.Kind == StepKind.Command);
                if (!_connections.TryGetValue(number, out RespConnection? connection))
                {
                    _connections.Add(number, connection = _servers[0].Connect());
                }

                connection.SendRaw(CollectionsMarshal.AsSpan(_outgoing));
                for (; replies > 0; replies--)
                {
                    connection.ReadReply();
                }
            }

            return sent;
        }

        /// <summary>Every replica comes to hold what the primary holds, as fast as its line allows.</summary>
        public void ExpectAgreement(string when)
        {
            foreach (NetworkLine line in Lines)
            {
                line.CutAfterBytes = null;
                line.Revive();
            }

            foreach (ServerProcess replica in _servers[1..])
            {
                long begin = Stopwatch.GetTimestamp();
                while (Differs(replica) is { } difference)
                {
                    if (Stopwatch.GetElapsedTime(begin) > Limit)
                    {
                        Assert.Fail($"{when}: {difference}\n{_servers[0].Failure("is the primary")}\n{replica.Failure("does not agree").Message}");
                    }

                    Thread.Sleep(20);
                }
            }
        }

        /// <summary>How the replicas came to agree.</summary>
        public string Report() => string.Join('\n', _servers[..^1].Select(server =>
            $"{server.Command.Name}: {Info(server, "sync_full")} full, {Info(server, "sync_partial_ok")} partial, {Info(server, "sync_partial_err")} partial refused"));

        public void Dispose()
        {
            foreach (RespConnection connection in _connections.Values)
            {
                connection.Dispose();
            }

            // Replicas first: a primary would otherwise be seen to go. One that reports a failure leaves none of the others behind.
            Exception? failure = null;
            for (int i = _servers.Count - 1; i >= 0; i--)
            {
                try
                {
                    _servers[i].Dispose();
                }
                catch (ServerFailedException e)
                {
                    failure ??= e;
                }
            }

            foreach (NetworkLine line in Lines)
            {
                line.Dispose();
            }

            if (failure is not null)
            {
                throw failure;
            }
        }

        private string? Differs(ServerProcess replica)
        {
            if (Info(replica, "master_link_status") != "up")
            {
                return "the link is down";
            }

            string primaryOffset = Info(_servers[0], "master_repl_offset");
            string replicaOffset = Info(replica, "slave_repl_offset");
            if (primaryOffset != replicaOffset)
            {
                return $"the replica is at {replicaOffset}, the primary at {primaryOffset}";
            }

            using RespConnection source = _servers[0].Connect();
            using RespConnection copy = replica.Connect();
            string expected = source.Command("DEBUG", "DIGEST").Text;
            string actual = copy.Command("DEBUG", "DIGEST").Text;
            bool hasOtherZeros = false;
            return Ask(source, copy, ref hasOtherZeros, KeyspaceAudit.Databases().Where(step => step.Name is "SELECT" or "KEYS"))
                ?? Ask(source, copy, ref hasOtherZeros, KeyspaceAudit.Keys(source, _ => true, withSort: false).Where(step => step.Name != "OBJECT"))
                ?? (expected == actual || hasOtherZeros ? null : "the digests differ");
        }

        /// <param name="source">The primary.</param>
        /// <param name="copy">The replica.</param>
        /// <param name="hasOtherZeros">Set where a score is a zero of the other sign: a compact sorted set forgets it, and a full copy changes which ones are compact.</param>
        /// <param name="questions">What both are asked.</param>
        private static string? Ask(RespConnection source, RespConnection copy, ref bool hasOtherZeros, IEnumerable<Step> questions)
        {
            foreach (Step question in questions)
            {
                source.Send(question.Arguments);
                copy.Send(question.Arguments);
                RespReply expected = source.ReadReply();
                RespReply actual = copy.ReadReply();
                if (question.Name == "ZRANGE" && !ReplyRules.Agree(question, expected, actual) && WithoutSigns(expected.Value) == WithoutSigns(actual.Value))
                {
                    hasOtherZeros = true;
                    continue;
                }

                if (!ReplyRules.Agree(question, expected, actual)
                    && !(question.Name == "XINFO" && WithoutUntold(expected.Value) == WithoutUntold(actual.Value)))
                {
                    return $"{question}\nprimary: {expected.Value}\nreplica: {actual.Value}";
                }
            }

            return null;
        }

        /// <summary>
        /// Redis 7.0 does not tell its replicas how many entries a group has read, nor when a consumer was seen, nor that there is one that has nothing pending, so its own differ in that.
        /// </summary>
        private static string WithoutUntold(RespValue value) =>
            Untold().Replace(WithoutIdleConsumers(value).ToString(), "");

        private static string WithoutSigns(RespValue value) => value.ToString().Replace("\"-0\"", "\"0\"", StringComparison.Ordinal);

        private static RespValue WithoutIdleConsumers(RespValue value)
        {
            if (value.Items is not { } items)
            {
                return value;
            }

            RespValue[] kept = [.. items.Select(WithoutIdleConsumers)];
            for (int i = 1; i < kept.Length; i++)
            {
                if (kept[i - 1].Text == "consumers" && kept[i].Items is { } consumers)
                {
                    kept[i] = kept[i] with { Items = [.. consumers.Where(consumer => consumer.Items is not [.., { Items: [] }])] };
                }
            }

            return value with { Items = kept };
        }

        private static string Info(ServerProcess server, string field)
        {
            using RespConnection connection = server.Connect();
            string line = connection.Command("INFO", "everything").Text.Split("\r\n").FirstOrDefault(line => line.StartsWith(field + ':', StringComparison.Ordinal)) ?? "";
            return line.Length == 0 ? "" : line[(field.Length + 1)..];
        }

        [GeneratedRegex(@"""(entries-read|lag|seen-time)""\n[^\n]*")]
        private static partial Regex Untold();
    }
}
