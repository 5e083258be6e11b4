namespace Spinel.Engine.Observation;

/// <summary>One long turn of the loop, and what it was spent on. All durations in microseconds.</summary>
/// <param name="EndMs">When it ended, in Unix milliseconds.</param>
/// <param name="TotalMicroseconds">From the moment that something was received until the replies were ready.</param>
/// <param name="CommandMicroseconds">Parsing and running commands.</param>
/// <param name="ExpiryMicroseconds">Active expiry.</param>
/// <param name="EvictionMicroseconds">Evicting keys, where it was worth measuring.</param>
/// <param name="SnapshotMicroseconds">The walk of a snapshot.</param>
/// <param name="LogMicroseconds">Writing the append-only log, and forcing it to disk where that is done before replies.</param>
/// <param name="InsightMicroseconds">Building the index of the key tree and the like.</param>
/// <param name="PauseMicroseconds">Pauses of garbage collection that fell into the turn.</param>
/// <param name="Commands">Commands that ran.</param>
/// <param name="CpuMicroseconds">How long the engine's thread ran on a processor, at most a millisecond too much; null where that is not known. What is missing to the total, it waited for one, or for a disk.</param>
public readonly record struct TurnRecord(
    long EndMs,
    long TotalMicroseconds,
    long CommandMicroseconds,
    long ExpiryMicroseconds,
    long EvictionMicroseconds,
    long SnapshotMicroseconds,
    long LogMicroseconds,
    long InsightMicroseconds,
    long PauseMicroseconds,
    long Commands,
    long? CpuMicroseconds)
{
    /// <summary>What no part has accounted for: system calls, accepting and closing connections, timers, the mailbox.</summary>
    public long NetworkMicroseconds => Math.Max(
        0,
        TotalMicroseconds - CommandMicroseconds - ExpiryMicroseconds - EvictionMicroseconds - SnapshotMicroseconds - LogMicroseconds - InsightMicroseconds);
}
