using System.Collections.Concurrent;
using System.Net;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Hosting;

namespace Spinel.Dashboard.Tests;

/// <summary>A server with its dashboard on loopback, both on ports of the system's choosing, with the checked heap.</summary>
internal sealed class TestDashboard : IAsyncDisposable
{
    internal TestDashboard(DashboardLimits? limits = null, TimeProvider? time = null, params ReadOnlySpan<(string Name, string Value)> options)
    {
        Options = new ServerOptions()
            .Set("bind", "127.0.0.1")
            .Set("dashboard-bind", "127.0.0.1")
            .Set("checked-heap", "yes");
        foreach ((string name, string value) in options)
        {
            Options.Set(name, value);
        }

        Extension = new DashboardExtension(new DashboardSettings { EphemeralPort = true, Limits = limits ?? new DashboardLimits(), Time = time ?? TimeProvider.System });
        Server = new SpinelServer(new SpinelServerSettings { Options = Options, EphemeralPort = true, Log = Log, Extensions = [Extension] });
        Server.Start();
        Endpoint = Extension.Endpoints.WaitAsync(TimeSpan.FromSeconds(30)).GetAwaiter().GetResult()[0];
    }

    internal ServerOptions Options { get; }

    internal DashboardExtension Extension { get; }

    internal SpinelServer Server { get; }

    internal MemoryLog Log { get; } = new();

    internal IPEndPoint Endpoint { get; }

    internal Uri Address => new($"http://{Endpoint}/");

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal Browser Open() => new(Address);

    /// <summary>Runs a function on the engine thread.</summary>
    internal Task<T> OnEngine<T>(Func<SpinelEngine, T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Engine.Mailbox.Post(() => result.SetResult(work(Server.Engine)));
        return result.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }
}

internal sealed class MemoryLog : IServerLog
{
    private readonly ConcurrentQueue<string> _lines = new();

    internal IReadOnlyCollection<string> Lines => _lines;

    public bool IsEnabled(ServerLogLevel level) => true;

    public void Write(ServerLogLevel level, string message) => _lines.Enqueue(message);
}
