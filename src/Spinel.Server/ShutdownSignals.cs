using System.Runtime.InteropServices;
using Spinel.Engine;
using Spinel.Hosting;
using Spinel.Hosting.Logging;
using Spinel.Hosting.Transport;

namespace Spinel.Server;

/// <summary>SIGTERM and SIGINT stop the server in good order; a second SIGINT at once; SIGHUP is ignored.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly SpinelServer _server;
    private readonly ServerLog _log;
    private readonly PosixSignalRegistration[] _registrations;
    private int _interrupts;

    internal ShutdownSignals(SpinelServer server, ServerLog log)
    {
        _server = server;
        _log = log;

        // A shell starts background jobs with SIGINT ignored, and the runtime would keep it so.
        SignalDisposition.AcceptInterrupt();
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, static context => context.Cancel = true),
        ];
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        bool isInterrupt = context.Signal == PosixSignal.SIGINT;
        if (isInterrupt && Interlocked.Increment(ref _interrupts) > 1)
        {
            _log.WriteSignal("You insist... exiting now.");
            Environment.Exit(1);
        }

        _log.WriteSignal($"Received {(isInterrupt ? "SIGINT" : "SIGTERM")} scheduling shutdown...");
        _server.RequestStop(isInterrupt ? StopCause.Interrupt : StopCause.Terminate);
    }
}
