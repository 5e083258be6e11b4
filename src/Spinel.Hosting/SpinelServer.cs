using System.Net;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;
using Spinel.Hosting.Transport;
using Spinel.Insight;
using Spinel.Persistence;
using Spinel.Replication;

namespace Spinel.Hosting;

/// <summary>
/// A server inside this process: an engine, and the transport that connects it to the network. Several may run side by side.
/// <code>
/// await using var server = new SpinelServer(new SpinelServerSettings { EphemeralPort = true });
/// server.Start();
/// // connect to server.Endpoints[0]
/// </code>
/// </summary>
public sealed class SpinelServer : IOptionObserver, IAsyncDisposable, IDisposable
{
    private const int EngineStackBytes = 16 * 1024 * 1024;

    private readonly SpinelServerSettings _settings;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SpinelEngine _engine;
    private readonly ITransport _transport;
    private State _state;

    private enum State
    {
        Made,
        Open,
        Running,
        Stopped,
        Disposed,
    }

    /// <summary>Makes a server that is not listening yet.</summary>
    /// <exception cref="PlatformNotSupportedException">The settings demand epoll, and this is not Linux.</exception>
    public SpinelServer(SpinelServerSettings settings)
    {
        _settings = settings;
        var engineSettings = new EngineSettings
        {
            Options = settings.Options,
            Time = settings.Time,
            Log = settings.Log,
            CheckedHeap = settings.Options.CheckedHeap,
            Extensions = [.. OwnExtensions(settings.KeepsSnapshots), .. settings.Extensions],
        };
        _engine = new SpinelEngine(engineSettings);
        _transport = MakeTransport(_engine, engineSettings, settings);
        settings.Options.Subscribe(this, OptionId.Port, OptionId.Bind);
    }

    /// <summary>The engine, for what is posted to its mailbox.</summary>
    public SpinelEngine Engine => _engine;

    /// <summary>The TCP addresses that clients can connect to, once the server listens.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => _transport.Endpoints;

    /// <summary>Completes when the engine has stopped; fails with the exception that stopped it if that was a bug.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>The commands of a server beside those of the engine, for those who have to know them before there is a server.</summary>
    public static IReadOnlyList<CommandSet> DeclaredCommands()
    {
        List<CommandSet> sets = [];
        foreach (IEngineExtension extension in OwnExtensions(keepsFiles: false))
        {
            if (extension.Commands is { } set)
            {
                sets.Add(set);
            }

            extension.Dispose();
        }

        return sets;
    }

    /// <summary>Starts listening. Clients may connect from here on; they are answered once the engine runs.</summary>
    /// <exception cref="ListenException">The configured addresses cannot be listened on.</exception>
    public void Open()
    {
        Advance(State.Made, State.Open);
        _transport.Open();
    }

    /// <summary>Runs the engine on the calling thread until it is asked to stop. <see cref="Open"/> comes first.</summary>
    public void Run()
    {
        Advance(State.Open, State.Running);
        try
        {
            Serve();
        }
        finally
        {
            _state = State.Stopped;
        }
    }

    /// <summary>Starts listening and runs the engine on a thread of its own.</summary>
    /// <exception cref="ListenException">The configured addresses cannot be listened on.</exception>
    public void Start()
    {
        Open();
        Advance(State.Open, State.Running);
        var thread = new Thread(RunInBackground, EngineStackBytes) { Name = "spinel-engine", IsBackground = true };
        thread.Start();
    }

    /// <summary>Asks the engine to stop, as a signal does. May be called from any thread; returns at once.</summary>
    public void RequestStop(StopCause cause = StopCause.Terminate) => _engine.RequestStop(cause);

    /// <summary>Stops the engine, closes all connections and completes when that is done.</summary>
    public Task StopAsync()
    {
        if (_state == State.Running)
        {
            _engine.RequestStop(StopCause.Owner);
            return _stopped.Task;
        }

        return Task.CompletedTask;
    }

    /// <summary>Stops the server and releases its memory.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Dispose();
    }

    /// <summary>Releases the server's memory. A server that runs in the background is stopped first.</summary>
    public void Dispose()
    {
        if (_state == State.Disposed)
        {
            return;
        }

        StopAsync().ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        _state = State.Disposed;
        _settings.Options.Unsubscribe(this);
        _transport.Dispose();
        _engine.Heap.BindToCurrentThread();
        _engine.Dispose();
    }

    OptionRefusal? IOptionObserver.OnOptionsChanged(ServerOptions options, IReadOnlyList<OptionId> changed)
    {
        bool isPortChanged = changed.Contains(OptionId.Port);
        if (_state != State.Running || _transport.TryMove(isPortChanged ? options.Port : null))
        {
            return null;
        }

        return isPortChanged
            ? new OptionRefusal(OptionId.Port, "Unable to listen on this port. Check server logs.")
            : new OptionRefusal(OptionId.Bind, "Failed to bind to specified addresses.");
    }

    private static IEngineExtension[] OwnExtensions(bool keepsFiles) =>
        [new PersistenceExtension(keepsFiles), new ReplicationExtension(), new InsightExtension(keepsFiles)];

    private static ITransport MakeTransport(SpinelEngine engine, EngineSettings engineSettings, SpinelServerSettings settings)
    {
        switch (settings.Options.Transport)
        {
            case TransportKind.Epoll when !OperatingSystem.IsLinux():
                throw new PlatformNotSupportedException("The epoll transport needs Linux.");
            case TransportKind.Auto when OperatingSystem.IsLinux():
            case TransportKind.Epoll:
                return new EpollTransport(engine, engineSettings, settings.EphemeralPort);
            default:
                return new SocketTransport(engine, engineSettings, settings.EphemeralPort);
        }
    }

    private void Serve()
    {
        _engine.Heap.BindToCurrentThread();
        _transport.Run();
        _engine.Stop();
        _transport.Close();
    }

    private void RunInBackground()
    {
        try
        {
            Serve();
            _state = State.Stopped;
            _stopped.SetResult();
        }
        catch (Exception e)
        {
            _state = State.Stopped;
            _settings.Log.Write(ServerLogLevel.Warning, "The engine stopped because of a bug: " + e);
            _stopped.SetException(e);
        }
    }

    private void Advance(State from, State to)
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        if (_state != from)
        {
            throw new InvalidOperationException($"The server is {_state}, not {from}.");
        }

        _state = to;
    }
}
