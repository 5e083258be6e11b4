using System.Net;
using Spinel.Engine;
using Spinel.Engine.Configuration;

namespace Spinel.Hosting.Tests;

/// <summary>A server on loopback and a port of the system's choosing, with the checked heap: what a test leaks or tramples on fails it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    internal TestServer(TransportKind transport, params ReadOnlySpan<(string Name, string Value)> options)
        : this(transport, [], options)
    {
    }

    internal TestServer(TransportKind transport, IReadOnlyList<IEngineExtension> extensions, params ReadOnlySpan<(string Name, string Value)> options)
    {
        Options = new ServerOptions()
            .Set("bind", "127.0.0.1")
            .Set("checked-heap", "yes")
            .Set("transport", transport == TransportKind.Epoll ? "epoll" : "sockets");
        foreach ((string name, string value) in options)
        {
            Options.Set(name, value.Split(' '));
        }

        Server = new SpinelServer(new SpinelServerSettings
        {
            Options = Options,
            EphemeralPort = true,
            Log = Log,
            Extensions = extensions,
        });
        Server.Start();
    }

    internal ServerOptions Options { get; }

    internal SpinelServer Server { get; }

    internal MemoryLog Log { get; } = new();

    internal IPEndPoint Endpoint => Server.Endpoints[0];

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal TestClient Connect() => new(Endpoint);

    /// <summary>Runs a function on the engine thread.</summary>
    internal Task<T> OnEngine<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Engine.Mailbox.Post(() => result.SetResult(work()));
        return result.Task;
    }
}
