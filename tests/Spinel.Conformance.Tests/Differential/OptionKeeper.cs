using Spinel.TestSupport;

namespace Spinel.Conformance.Tests.Differential;

/// <summary>
/// The options of a server as they were at its start, to go back to. Its connection is older than any password that a test sets, so it needs none.
/// </summary>
internal sealed class OptionKeeper : IDisposable
{
    private readonly ServerProcess _server;
    private readonly Dictionary<string, string> _initial;
    private RespConnection _connection;

    public OptionKeeper(ServerProcess server)
    {
        _server = server;
        _connection = server.Connect();
        _initial = Read();
    }

    /// <summary>Sets what has changed back to its first value.</summary>
    public void Restore()
    {
        Dictionary<string, string> now;
        try
        {
            now = Read();
        }
        catch (IOException)
        {
            // A test killed all clients.
            _connection.Dispose();
            _connection = _server.Connect();
            now = Read();
        }

        foreach ((string option, string value) in _initial)
        {
            if (now.TryGetValue(option, out string? current) && current != value)
            {
                RespValue reply = _connection.Command("CONFIG", "SET", option, value);
                if (reply.IsError)
                {
                    throw _server.Failure($"does not take back option {option}: {reply}");
                }
            }
        }
    }

    public void Dispose() => _connection.Dispose();

    private Dictionary<string, string> Read() => _connection.Command("CONFIG", "GET", "*").Items is { } items
        ? items.Chunk(2).ToDictionary(pair => pair[0].Text, pair => pair[1].Text, StringComparer.Ordinal)
        : [];
}
