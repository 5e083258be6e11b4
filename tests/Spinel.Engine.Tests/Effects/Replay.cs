using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Spinel.Conformance.Tests.Differential;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Tests.Effects;

/// <summary>Runs steps on one engine and their effects on another, and compares the two keyspaces.</summary>
internal sealed partial class Replay : IEffectSubscriber, IDisposable
{
    private const int DatabaseCount = 16;

    /// <summary>How far apart the two clocks are.</summary>
    private const long ApartMs = 10_000;

    private readonly TestEngine _primary = new();
    private readonly TestEngine _replica = new();
    private readonly Dictionary<int, TestClient> _clients = [];
    private readonly List<(int Database, string[] Arguments)> _effects = [];
    private readonly Func<string[], bool> _arrives;
    private readonly TestClient _observer;
    private readonly TestClient _applier;
    private readonly TestClient _noter;
    private int _database;

    private Replay(ReplicaClock clock, Func<string[], bool> arrives)
    {
        _arrives = arrives;
        _primary.Engine.Keyspace.Effects.Subscribe(this);
        (clock == ReplicaClock.Slow ? _primary : _replica).Time.Advance(ApartMs);
        _observer = _primary.Connect();
        _applier = _replica.Connect();
        _noter = new TestClient(_replica, isTrusted: true);
    }

    /// <summary>Runs the steps and compares after every so many, and at the end; null when nothing differs.</summary>
    /// <param name="steps">Commands and waits.</param>
    /// <param name="checkEvery">After how many steps to compare.</param>
    /// <param name="clock">The second engine's clock.</param>
    /// <param name="arrives">Which effects arrive; all unless given.</param>
    public static Mismatch? Run(IReadOnlyList<Step> steps, int checkEvery, ReplicaClock clock, Func<string[], bool>? arrives = null)
    {
        using var replay = new Replay(clock, arrives ?? (_ => true));
        for (int i = 0; i < steps.Count; i++)
        {
            string? what = replay.Step(steps[i]);
            if (what is null && ((i + 1) % checkEvery == 0 || i == steps.Count - 1))
            {
                what = replay.Compare();
            }

            if (what is not null)
            {
                return new Mismatch(i, what);
            }
        }

        return null;
    }

    public void OnEffects(in EffectBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            Effect effect = batch[i];
            var arguments = new string[effect.Count];
            for (int j = 0; j < arguments.Length; j++)
            {
                arguments[j] = Encoding.Latin1.GetString(effect[j]);
            }

            _effects.Add((effect.Database, arguments));
        }
    }

    public void Dispose()
    {
        _primary.Dispose();
        _replica.Dispose();
    }

    private string? Step(Step step)
    {
        if (step.Kind == StepKind.Wait)
        {
            Pass(step.Count);
        }
        else
        {
            if (!_clients.TryGetValue(step.Connection, out TestClient? client))
            {
                _clients.Add(step.Connection, client = _primary.Connect());
            }

            // A client that waits goes on when it has to speak.
            for (int turn = 0; client.Session.Waiter is not null; turn++)
            {
                Assert.True(turn < 100, "a client waits for ever");
                Pass(10);
            }

            string[] arguments = [.. step.Arguments.Select(Encoding.Latin1.GetString)];
            client.Call(arguments);
            if (step.Name == "CONFIG")
            {
                // Both have the same options; no effect tells of them.
                _applier.Call(arguments);
            }
        }

        return Apply();
    }

    private void Pass(long milliseconds)
    {
        _primary.Turn(milliseconds);
        _replica.Turn(milliseconds);
    }

    /// <summary>Lets what has happened on the first engine happen on the second.</summary>
    private string? Apply()
    {
        foreach ((int database, string[] arguments) in _effects)
        {
            if (!_arrives(arguments))
            {
                continue;
            }

            if (database != _database)
            {
                _applier.Call("SELECT", database.ToString(CultureInfo.InvariantCulture));
                _database = database;
            }

            if (!IsOldWord(arguments))
            {
                return $"effect {string.Join(' ', arguments)}: newer than Redis 7.0";
            }

            if (arguments[0] == "COMMAND")
            {
                // A note, which from a client would be a question.
                _noter.Call("SELECT", database.ToString(CultureInfo.InvariantCulture));
                _noter.Call(arguments);
                if (_noter.Session.Feed?.LastError is { } error)
                {
                    return $"note {database} {string.Join(' ', arguments)}: {error}";
                }

                continue;
            }

            string reply = _applier.Call(arguments).Text;

            // A damaged HyperLogLog takes some elements before the damage is met: the reply is the same error, and so is what is left.
            if ((reply.StartsWith('-') && !reply.StartsWith("-INVALIDOBJ", StringComparison.Ordinal)) || reply.Length == 0)
            {
                return $"effect {database} {string.Join(' ', arguments)}: {(reply.Length == 0 ? "no reply" : reply)}";
            }
        }

        _effects.Clear();
        _primary.TakeEffects();
        _replica.TakeEffects();
        _primary.TakeEvents();
        _replica.TakeEvents();
        return null;
    }

    /// <summary>Whether Redis 7.0 has the command. Only that fields expire it cannot be told.</summary>
    private bool IsOldWord(string[] effect) =>
        effect[0].ToUpperInvariant() is "HEXPIRE" or "HPEXPIRE" or "HEXPIREAT" or "HPEXPIREAT" or "HPERSIST"
        || string.CompareOrdinal(_replica.Engine.Commands.Find(Encoding.Latin1.GetBytes(effect[0]))?.Since, "7.1") < 0;

    private string? Compare()
    {
        string digest = _observer.Run("DEBUG DIGEST").Text;
        string copied = _applier.Run("DEBUG DIGEST").Text;
        if (digest != copied)
        {
            return $"digest {digest.Trim()} became {copied.Trim()}: {Keys(_observer)} / {Keys(_applier)}";
        }

        // Reading may expire what is due on the first engine; those effects come before the second is asked.
        List<string[]> questions = [];
        List<string> answers = [];
        for (int database = 0; database < DatabaseCount; database++)
        {
            Ask("SELECT", database.ToString(CultureInfo.InvariantCulture));
            foreach (string key in Elements(_observer.Call("KEYS", "*").Text))
            {
                string type = _observer.Call("TYPE", key).Text;
                string[] fields = type == "+hash\r\n" ? Elements(_observer.Call("HKEYS", key).Text) : [];
                Ask("PEXPIRETIME", key);
                switch (type)
                {
                    case "+hash\r\n" when fields.Length > 0:
                        Ask(["HPEXPIRETIME", key, "FIELDS", fields.Length.ToString(CultureInfo.InvariantCulture), .. fields]);
                        break;
                    case "+stream\r\n":
                        Ask("XINFO", "STREAM", key, "FULL", "COUNT", "0");
                        break;
                }
            }
        }

        if (Apply() is { } refused)
        {
            return refused;
        }

        _database = -1;
        for (int i = 0; i < questions.Count; i++)
        {
            string answer = Canonical(_applier.Call(questions[i]).Text);
            if (answer != answers[i])
            {
                return $"{string.Join(' ', questions[i])}: {Difference(answers[i], answer)}";
            }
        }

        return null;

        void Ask(params string[] question)
        {
            questions.Add(question);
            answers.Add(Canonical(_observer.Call(question).Text));
        }
    }

    /// <summary>All but when consumers were last seen and how many messages came twice, which is not replicated, how many are still remembered, which depends on the moment, and the layout of streams, which each server makes for itself.</summary>
    private static string Canonical(string reply) => OwnFacts().Replace(reply, "");

    [GeneratedRegex(@"\$\d+\r\n(seen-time|active-time|radix-tree-keys|radix-tree-nodes|pids-tracked|iids-tracked|iids-duplicates)\r\n:-?\d+\r\n")]
    private static partial Regex OwnFacts();

    /// <summary>Where two replies part, with a few lines before.</summary>
    private static string Difference(string left, string right)
    {
        const int LinesBefore = 12;
        const int LinesAfter = 4;
        string[] a = left.Split("\r\n");
        string[] b = right.Split("\r\n");
        int at = a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"{Around(a)} became {Around(b)}";

        string Around(string[] lines) => string.Join(' ', lines.Skip(at - LinesBefore).Take(LinesBefore + LinesAfter));
    }

    private static string Keys(TestClient client) =>
        string.Join(", ", Enumerable.Range(0, DatabaseCount).SelectMany(database =>
        {
            client.Call("SELECT", database.ToString(CultureInfo.InvariantCulture));
            return Elements(client.Call("KEYS", "*").Text).Select(key => $"{database} {key} {client.Call("DEBUG", "DIGEST-VALUE", key).Text.Split("\r\n")[1][..9]}");
        }).Order(StringComparer.Ordinal));

    /// <summary>The elements of an array of bulk strings, whatever bytes they hold.</summary>
    private static string[] Elements(string reply)
    {
        int at = reply.IndexOf("\r\n", StringComparison.Ordinal) + 2;
        var elements = new string[int.Parse(reply.AsSpan(1, at - 3), CultureInfo.InvariantCulture)];
        for (int i = 0; i < elements.Length; i++)
        {
            int end = reply.IndexOf("\r\n", at, StringComparison.Ordinal);
            int length = int.Parse(reply.AsSpan(at + 1, end - at - 1), CultureInfo.InvariantCulture);
            elements[i] = reply.Substring(end + 2, length);
            at = end + 2 + length + 2;
        }

        return elements;
    }

    /// <summary>The second engine's clock; the two are never the same, so that nothing may depend on the moment.</summary>
    public enum ReplicaClock
    {
        /// <summary>Behind: nothing expires there by itself.</summary>
        Slow,

        /// <summary>Ahead: times of delivery lie in the past. Ones in the future would be taken for now.</summary>
        Fast,
    }

    /// <summary>After which step the keyspaces differ, and in what.</summary>
    public sealed record Mismatch(int Index, string What);
}
