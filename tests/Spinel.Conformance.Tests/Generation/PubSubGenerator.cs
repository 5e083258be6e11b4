using System.Text;
using Spinel.Conformance.Tests.Differential;

namespace Spinel.Conformance.Tests.Generation;

/// <summary>
/// Draws conversations of several clients that subscribe and publish. It knows who is subscribed to what, and so which messages each client is to receive:
/// the steps ask for exactly those. Patterns are such that no name matches two of them, because in which order a client gets the messages of several
/// patterns is chance.
/// </summary>
internal sealed class PubSubGenerator(int seed)
{
    private const int Clients = 4;
    private static readonly string[] Channels = ["a:1", "a:2", "b:1", "bb", "c", "cx", "", "d\u0001d"];
    private static readonly string[] Patterns = ["a:*", "b:[0-9]", "b[a-z]", "c", "c?", "d\\\u0001*", "zzz*"];
    private static readonly Dictionary<string, string[]> Matches = new(StringComparer.Ordinal)
    {
        ["a:*"] = ["a:1", "a:2"],
        ["b:[0-9]"] = ["b:1"],
        ["b[a-z]"] = ["bb"],
        ["c"] = ["c"],
        ["c?"] = ["cx"],
        ["d\\\u0001*"] = ["d\u0001d"],
        ["zzz*"] = [],
    };

    private readonly Random _random = new(seed);
    private readonly List<Step> _steps = [];

    // Of each client what it is subscribed to, by the first letter of the command.
    private readonly Dictionary<char, HashSet<string>>[] _subscriptions =
        [.. Enumerable.Range(0, Clients).Select(_ => new Dictionary<char, HashSet<string>> { [' '] = [], ['P'] = [], ['S'] = [] })];

    private readonly bool[] _isResp3 = [.. Enumerable.Range(0, Clients).Select(number => number % 2 == 1)];

    public List<Step> Generate(int length)
    {
        while (_steps.Count < length)
        {
            Draw(_random.Next(Clients));
        }

        return _steps;
    }

    private void Draw(int client)
    {
        switch (_random.Next(20))
        {
            case < 5:
                Subscribe(client, " PS"[_random.Next(3)]);
                break;
            case < 8:
                Unsubscribe(client, " PS"[_random.Next(3)]);
                break;
            case < 14:
                Publish(client, _random.Next(4) == 0);
                break;
            case 14:
                Add(client, "RESET");
                foreach (HashSet<string> names in _subscriptions[client].Values)
                {
                    names.Clear();
                }

                _isResp3[client] = false;
                break;
            case 15:
                int version = 2 + _random.Next(2);
                Add(client, "HELLO", version == 2 ? "2" : "3");
                _isResp3[client] = IsRestricted(client) ? _isResp3[client] : version == 3;
                break;
            case 16:
                Add(client, "PUBSUB", _random.Next(2) == 0 ? "CHANNELS" : "SHARDCHANNELS");
                break;
            case 17:
                Add(client, ["PUBSUB", _random.Next(2) == 0 ? "NUMSUB" : "SHARDNUMSUB", .. Channels]);
                break;
            case 18:
                Add(client, "PUBSUB", "NUMPAT");
                break;
            default:
                Add(client, _random.Next(2) == 0 ? ["PING"] : ["GET", "key"]);
                break;
        }
    }

    private void Subscribe(int client, char kind)
    {
        string[] names = [.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => Name(kind))];
        Send(client, names.Length, [Word(kind, "SUBSCRIBE"), .. names]);
        _subscriptions[client][kind].UnionWith(names);
    }

    private void Unsubscribe(int client, char kind)
    {
        HashSet<string> subscribed = _subscriptions[client][kind];
        if (subscribed.Count <= 1 && _random.Next(3) == 0)
        {
            Send(client, 1, Word(kind, "UNSUBSCRIBE"));
            subscribed.Clear();
            return;
        }

        string[] names = [.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => Name(kind))];
        Send(client, names.Length, [Word(kind, "UNSUBSCRIBE"), .. names]);
        subscribed.ExceptWith(names);
    }

    private void Publish(int client, bool toShard)
    {
        string channel = Channels[_random.Next(Channels.Length)];
        string message = _random.Next(4) == 0 ? new string('m', _random.Next(3000)) : "m" + _random.Next(1000);
        Add(client, toShard ? "SPUBLISH" : "PUBLISH", channel, message);
        if (IsRestricted(client))
        {
            return;
        }

        for (int receiver = 0; receiver < Clients; receiver++)
        {
            Dictionary<char, HashSet<string>> subscribed = _subscriptions[receiver];
            int messages = toShard
                ? (subscribed['S'].Contains(channel) ? 1 : 0)
                : (subscribed[' '].Contains(channel) ? 1 : 0) + subscribed['P'].Count(pattern => Matches[pattern].Contains(channel));
            Receive(receiver, messages);
        }
    }

    private string Name(char kind) => kind == 'P' ? Patterns[_random.Next(Patterns.Length)] : Channels[_random.Next(Channels.Length)];

    private bool IsRestricted(int client) => !_isResp3[client] && _subscriptions[client].Values.Any(names => names.Count > 0);

    private static string Word(char kind, string word) => kind == ' ' ? word : kind + word;

    private void Add(int client, params string[] words) => _steps.Add(Step.Command(client, Bytes(words)));

    private void Send(int client, int answers, params string[] words)
    {
        _steps.Add(new Step(StepKind.Send, client, Bytes(words)));
        Receive(client, answers);
    }

    private void Receive(int client, int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            _steps.Add(new Step(StepKind.Receive, client, []));
        }
    }

    private static byte[][] Bytes(string[] words) => [.. words.Select(Encoding.Latin1.GetBytes)];
}
