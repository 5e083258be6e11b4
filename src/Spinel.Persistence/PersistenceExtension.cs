using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence;

/// <summary>What makes a server's data outlive it, as a part of the server.</summary>
public sealed class PersistenceExtension : IEngineExtension, IDisposable
{
    private DumpCodec? _dumps;

    public CommandSet? Commands => GeneratedCommands.Set;

    /// <summary>For DUMP and RESTORE.</summary>
    internal DumpCodec Dumps => _dumps ?? throw new InvalidOperationException("The extension is attached to no engine.");

    public void Attach(SpinelEngine engine) => _dumps = new DumpCodec(engine);

    public void OnStop() => Dispose();

    /// <summary>Gives back the memory in which values are packed and unpacked.</summary>
    public void Dispose() => _dumps?.Dispose();
}
