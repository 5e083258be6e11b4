using Spinel.Engine.Dispatch;
using Spinel.Engine.Observation;
using Spinel.Engine.Statistics.Info;

namespace Spinel.Engine;

/// <summary>
/// A part of the server that stands outside the engine: persistence, replication, scripting, the dashboard. The engine knows of it what this interface
/// says; the part reaches the engine through the object that it is attached to. All members are called on the engine thread, in the order in
/// which the extensions were given to <see cref="EngineSettings.Extensions"/>.
/// </summary>
public interface IEngineExtension : IDisposable
{
    /// <summary>The commands that the part declares; null when there are none.</summary>
    CommandSet? Commands => null;

    /// <summary>The engine is made, and empty; called once, by its constructor.</summary>
    void Attach(SpinelEngine engine);

    /// <summary>Called <c>hz</c> times a second.</summary>
    void OnCron()
    {
    }

    /// <summary>The end of a turn, before any reply of the turn is sent: what must be durable or handed on first is dealt with here.</summary>
    void OnTurnEnd()
    {
    }

    /// <summary>
    /// The replies of the turn are sent: time for a slice of work that no client waits for. What it makes for clients or for the stream leaves with the next turn,
    /// which then follows at once.
    /// </summary>
    void RunBackground()
    {
    }

    /// <summary>A client has deleted all keys of all databases.</summary>
    void OnFlushAll()
    {
    }

    /// <summary>How long the loop may sleep at most, in milliseconds.</summary>
    int MaxTimeoutMs => int.MaxValue;

    /// <summary>
    /// How long the loop should sleep although there is work to go on with, in microseconds, unless something happens. A thread that never sleeps is one that the system lets wait for
    /// its processor, for milliseconds, where others want it too: and the clients with it.
    /// </summary>
    int RestMicroseconds => 0;

    /// <summary>
    /// Bytes of the native heap that hold what is on its way out of the server. Evictions fill them, so <c>maxmemory</c> does not count them: else one key
    /// would be evicted for the noted deletion of another.
    /// </summary>
    long OutgoingBytes => 0;

    /// <summary>Bytes of the native heap that hold the replication stream.</summary>
    long ReplicationBufferBytes => 0;

    /// <summary>
    /// Writes the lines that the part contributes to a section of INFO, in place of those that the engine writes in its absence.
    /// False: it has nothing to say about this section.
    /// </summary>
    bool TryWriteInfo(string section, InfoWriter writer) => false;

    /// <summary>Fills in what the part knows of the figures that are sampled once a second. Allocates nothing.</summary>
    void ReadFigures(ref ServerFigures figures)
    {
    }

    /// <summary>False: somebody who copies the server has not got everything yet. Asked before the server stops, and then each turn for as long as it waits.</summary>
    bool IsReadyToStop => true;

    /// <summary>The server waits for <see cref="IsReadyToStop"/> before it stops. From here on clients cannot write.</summary>
    void OnStopDelayed()
    {
    }

    /// <summary>The server is asked to stop. False refuses: something would be lost, and nobody has said that it may.</summary>
    /// <param name="mode">Whether the data is to be saved.</param>
    /// <param name="force">Stop even if that fails.</param>
    bool TryStop(StopMode mode, bool force) => true;

    /// <summary>The server has stopped: files are closed. Not called after a bug.</summary>
    void OnStop()
    {
    }
}

/// <summary>Whether the data is saved when the server stops.</summary>
public enum StopMode
{
    /// <summary>If it would be saved while the server runs.</summary>
    AsConfigured,

    Save,

    NoSave,
}
