using System.Globalization;
using System.Text;

namespace Spinel.Engine.Tests.Tracking;

/// <summary>
/// A client that keeps copies of the strings it reads, as client libraries with a cache do: it stores what a reply brings and drops what a message
/// names, both in the order in which they stand in its stream. Without a message for its own changes (NOLOOP) it drops those keys itself.
/// </summary>
internal sealed class CachingClient
{
    private readonly TestClient _client;
    private readonly bool _dropsOwn;
    private readonly bool _optsIn;
    private readonly Queue<(string[] Keys, bool IsRead)> _expected = new();

    /// <param name="engine">The engine.</param>
    /// <param name="mode">What CLIENT TRACKING is given after ON.</param>
    public CachingClient(TestEngine engine, string mode)
    {
        _client = TrackingTests.Resp3(engine);
        _client.Run("CLIENT TRACKING ON " + mode).ShouldBe("+OK");
        _dropsOwn = mode.Contains("NOLOOP", StringComparison.Ordinal);
        _optsIn = mode.Contains("OPTIN", StringComparison.Ordinal);
    }

    /// <summary>The copies; null for a key that the client knows to be missing.</summary>
    public Dictionary<string, string?> Copies { get; } = [];

    public long Id => _client.Session.Id;

    /// <summary>Reads keys, and caches what it gets.</summary>
    public void Read(StringBuilder pipeline, params string[] keys)
    {
        if (_optsIn)
        {
            Append(pipeline, "CLIENT", "CACHING", "YES");
            _expected.Enqueue(([], false));
        }

        Append(pipeline, ["MGET", .. keys]);
        _expected.Enqueue((keys, true));
    }

    /// <summary>Runs a command that changes keys.</summary>
    public void Write(StringBuilder pipeline, string command, params string[] keys)
    {
        Append(pipeline, command.Split(' '));
        _expected.Enqueue((keys, false));
    }

    /// <summary>Sends what was collected and takes in what comes back.</summary>
    public void Send(StringBuilder pipeline) => Take(_client.Send(Encoding.Latin1.GetBytes(pipeline.ToString())));

    /// <summary>Takes in what has come meanwhile.</summary>
    public void Receive() => Take(_client.Receive());

    private static void Append(StringBuilder pipeline, params string[] words)
    {
        pipeline.Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (string word in words)
        {
            pipeline.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        }
    }

    private void Take(Reply reply)
    {
        string[] lines = reply.Text.Split("\r\n");
        for (int at = 0; at < lines.Length - 1;)
        {
            if (lines[at] == ">2")
            {
                Assert.Equal("invalidate", lines[at + 2]);
                Invalidate(lines, ref at);
                continue;
            }

            (string[] keys, bool isRead) = _expected.Dequeue();
            if (!isRead)
            {
                Assert.True(lines[at][0] is '+' or ':' or '-', lines[at]);
                at++;
                if (_dropsOwn)
                {
                    Array.ForEach(keys, key => Copies.Remove(key));
                }

                continue;
            }

            Assert.Equal($"*{keys.Length}", lines[at++]);
            foreach (string key in keys)
            {
                Copies[key] = lines[at] == "_" ? null : lines[at + 1];
                at += lines[at] == "_" ? 1 : 2;
            }
        }
    }

    private void Invalidate(string[] lines, ref int at)
    {
        if (lines[at + 3] == "_")
        {
            Copies.Clear();
            at += 4;
            return;
        }

        int count = int.Parse(lines[at + 3].AsSpan(1), CultureInfo.InvariantCulture);
        at += 4;
        for (int i = 0; i < count; i++, at += 2)
        {
            Copies.Remove(lines[at + 1]);
        }
    }
}
