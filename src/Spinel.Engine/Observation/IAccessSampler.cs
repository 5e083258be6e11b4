using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Observation;

/// <summary>
/// Is shown one in about <see cref="AccessSampling.Every"/> of the commands that name keys, before it runs. What it is shown is an unbiased sample of the traffic, so
/// that shares and rates follow from it; nothing is seen of what scripts and transactions do by themselves.
/// </summary>
internal interface IAccessSampler
{
    /// <summary>A command is about to run.</summary>
    /// <param name="database">The database that its client has selected.</param>
    /// <param name="command">The command.</param>
    /// <param name="key">One of its keys. Valid during the call.</param>
    /// <param name="hash">The key's hash.</param>
    /// <param name="keys">How many keys it names, each of which might have been shown.</param>
    void OnAccess(Database database, CommandDescriptor command, ReadOnlySpan<byte> key, ulong hash, int keys);
}
