using System.Net;
using Spinel.Dashboard.Http;
using Spinel.Dashboard.Sockets;
using Spinel.Engine;

namespace Spinel.Dashboard;

/// <summary>
/// The dashboard: web pages, an API and metrics for one server. Part of the engine as an extension, but with threads of its own; it reaches the data as
/// clients do, through sessions and with a user's rights. The sockets are opened by another thread once the engine runs, and a port that
/// cannot be had is a warning and no more.
/// </summary>
public sealed class DashboardExtension : IEngineExtension
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3);

    private readonly DashboardSettings _settings;
    private readonly TaskCompletionSource<IReadOnlyList<IPEndPoint>> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DashboardServices? _services;
    private WebServer? _server;
    private bool _isStarted;

    /// <summary>Makes a dashboard for the server whose extension it becomes; its options are that server's.</summary>
    public DashboardExtension(DashboardSettings? settings = null) => _settings = settings ?? new DashboardSettings();

    /// <summary>Where it listens. Completes when it does, or with an empty list when it cannot or must not.</summary>
    public Task<IReadOnlyList<IPEndPoint>> Endpoints => _started.Task;

    internal DashboardServices? Services => _services;

    /// <inheritdoc/>
    public void Attach(SpinelEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _services = new DashboardServices(engine, _settings) { IsPasswordRequired = engine.Users.AuthenticationRequired };
        _server = new WebServer(_services);
    }

    /// <inheritdoc/>
    public void OnCron()
    {
        _services!.IsPasswordRequired = _services.Engine.Users.AuthenticationRequired;
        if (_isStarted)
        {
            return;
        }

        _isStarted = true;
        new Thread(Start) { Name = "spinel-dashboard", IsBackground = true }.Start();
    }

    /// <inheritdoc/>
    public void OnStop()
    {
        _services!.IsStopping = true;
        foreach (ViewerSocket socket in _services.Sockets.ToArray())
        {
            socket.End("the server stops");
        }

        _server!.StopAsync().Wait(StopPatience);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_server is not null)
        {
            _server.StopAsync().Wait(StopPatience);
            _server.Dispose();
        }

        _started.TrySetResult([]);
    }

    private void Start()
    {
        try
        {
            _started.TrySetResult(_server!.Open());
        }
        catch (Exception e)
        {
            // The data matters more than the view of it.
            _services!.Engine.Log.Write(ServerLogLevel.Warning, "The dashboard could not be started: " + e.Message);
            _started.TrySetResult([]);
        }
    }
}
