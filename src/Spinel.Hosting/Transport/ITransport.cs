using System.Net;

namespace Spinel.Hosting.Transport;

/// <summary>
/// Carries bytes between sockets and the engine's sessions, and is the engine's event loop: <see cref="Run"/> is the engine thread.
/// Used as Open, Run, Close, Dispose, each once.
/// </summary>
internal interface ITransport : IDisposable
{
    /// <summary>The TCP addresses listened on, with the real ports; filled by <see cref="Open"/>.</summary>
    IReadOnlyList<IPEndPoint> Endpoints { get; }

    /// <summary>Binds and listens on everything the options ask for. The calling thread need not be the engine thread.</summary>
    /// <exception cref="ListenException">An address that is not optional cannot be listened on.</exception>
    void Open();

    /// <summary>Listens where the options now say, if it can; otherwise all stays as it was. Called on the engine thread.</summary>
    /// <param name="port">The new port; null keeps the present one.</param>
    bool TryMove(int? port);

    /// <summary>Serves clients until the engine is asked to stop.</summary>
    void Run();

    /// <summary>Closes every listener and connection. Called on the engine thread after <see cref="Run"/>.</summary>
    void Close();
}
