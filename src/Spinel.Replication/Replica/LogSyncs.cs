using Spinel.Persistence.Aof;

namespace Spinel.Replication.Replica;

/// <summary>
/// How much of the primary's stream is in this server's log and on disk for certain. One place in the stream at a time is remembered with its place in the log, and stands when
/// the log is on disk up to there: so the answer may be old, but is never more than the truth.
/// </summary>
internal sealed class LogSyncs(ReplicationState state, AofLog log)
{
    private long _syncedOffset = -1;
    private long _offset;
    private long _position = -1;

    /// <summary>The offset that is on disk; -1 while nothing is logged, or nothing that a start would find.</summary>
    public long Read()
    {
        if (!log.IsOn)
        {
            _position = -1;
            return _syncedOffset = -1;
        }

        Settle();
        if (_position < 0)
        {
            _position = log.LoggedBytes;
            _offset = state.Offset;
            Settle();
        }

        return _syncedOffset;
    }

    private void Settle()
    {
        if (_position >= 0 && log.SafeBytes >= _position)
        {
            _syncedOffset = _offset;
            _position = -1;
        }
    }
}
