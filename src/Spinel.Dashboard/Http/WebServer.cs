using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Spinel.Dashboard.Security;
using Spinel.Dashboard.Sockets;
using Spinel.Engine;

namespace Spinel.Dashboard.Http;

/// <summary>
/// Kestrel without a host around it: no configuration, no logging providers, no dependency injection. It is made when the first browser connects.
/// </summary>
internal sealed class WebServer : IDisposable
{
    private const int MaxBodyBytes = 64 * 1024;
    private static readonly TimeSpan ReviewPeriod = TimeSpan.FromSeconds(1);

    private readonly DashboardServices _services;
    private readonly DashboardListener _listener;
    private readonly Lock _lock = new();
    private KestrelServer? _kestrel;
    private Task _starting = Task.CompletedTask;
    private Task? _stopping;
    private ITimer? _review;
    private int _isReviewing;

    internal WebServer(DashboardServices services)
    {
        _services = services;

        // The thread that waits for the first connection has a small stack.
        _listener = new DashboardListener(services.Engine.Log, () => ThreadPool.UnsafeQueueUserWorkItem(static server => server.Begin(), this, preferLocal: false));
    }

    /// <summary>Listens where the options say.</summary>
    /// <returns>The addresses; none if there are none.</returns>
    internal IReadOnlyList<IPEndPoint> Open()
    {
        int port = _services.Engine.Options.DashboardPort;
        bool isOff = port == 0 && !_services.Settings.EphemeralPort;
        lock (_lock)
        {
            if (isOff || _stopping is not null || !_listener.TryOpen(_services.Engine.Options.DashboardBind, _services.Settings.EphemeralPort ? 0 : port))
            {
                return [];
            }

            _listener.Start();
        }

        foreach (IPEndPoint endpoint in _listener.Endpoints)
        {
            _services.Engine.Log.Write(ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"Dashboard on http://{endpoint}"));
        }

        return _listener.Endpoints;
    }

    /// <summary>Ends all connections; may be called again.</summary>
    internal Task StopAsync()
    {
        lock (_lock)
        {
            return _stopping ??= Task.Run(StopNowAsync);
        }
    }

    public void Dispose()
    {
        _review?.Dispose();
        _kestrel?.Dispose();
    }

    /// <summary>The first connection has come.</summary>
    private void Begin()
    {
        lock (_lock)
        {
            if (_stopping is not null)
            {
                return;
            }

            _starting = StartAsync();
            _review = _services.Time.CreateTimer(static server => ((WebServer)server!).Review(), this, ReviewPeriod, ReviewPeriod);
        }
    }

    private async Task StartAsync()
    {
        try
        {
            var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
            options.Limits.MaxConcurrentConnections = _services.Limits.MaxConnections;
            options.Limits.MaxConcurrentUpgradedConnections = _services.Limits.MaxSockets;
            options.Limits.MaxRequestBodySize = MaxBodyBytes;
            options.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            options.Listen(_listener.Endpoints[0], static listen => listen.Protocols = HttpProtocols.Http1);
            _kestrel = new KestrelServer(Options.Create(options), _listener, NullLoggerFactory.Instance);
            await _kestrel.StartAsync(new DashboardApplication(_services), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _services.Engine.Log.Write(ServerLogLevel.Warning, "The dashboard could not be started: " + e.Message);
        }
    }

    private async Task StopNowAsync()
    {
        _listener.Close();
        await _starting.ConfigureAwait(false);
        if (_kestrel is not null)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await _kestrel.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends the sockets of users that are gone or have another password. While nobody is connected the engine is not asked.</summary>
    private void Review()
    {
        ViewerSocket[] sockets = _services.Sockets.ToArray();
        if (sockets.Length == 0 || Interlocked.Exchange(ref _isReviewing, 1) != 0)
        {
            return;
        }

        _services.Engine.Mailbox.Post(() =>
        {
            foreach (ViewerSocket socket in sockets)
            {
                if (!socket.Viewer.IsStillAllowed(_services.Engine))
                {
                    ThreadPool.UnsafeQueueUserWorkItem(static gone => gone.End("the user is gone, or has another password now"), socket, preferLocal: false);
                }
            }

            Volatile.Write(ref _isReviewing, 0);
        });
    }
}
