using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Observation;

/// <summary>
/// Draws one command in <see cref="Every"/> from the stream of requests and shows it to the sampler. The gap to the next one is drawn too: a client whose
/// pattern repeats must not meet the sample in step.
/// <para>
/// Requests are counted by the batch, so that what is not drawn costs a subtraction for each batch and nothing for each command.
/// </para>
/// </summary>
internal sealed class AccessSampling
{
    /// <summary>The mean gap between two commands that are shown.</summary>
    public const int Every = 256;

    private const int LeastGap = 193;
    private const uint GapMask = 127;
    private uint _random = 0x9E37_79B9;
    private int _left = Every;

    /// <summary>Who is shown the sample; null: nobody.</summary>
    public IAccessSampler? Sampler { get; set; }

    /// <summary>Counts the requests of a batch.</summary>
    /// <returns>Whether one of them is to be shown.</returns>
    public bool Count(int requests) => (_left -= requests) < 0;

    /// <summary>Shows the request of the batch that <see cref="Count"/> has come upon.</summary>
    public void Show(SpinelEngine engine, Session session, RequestBatch batch, ReadOnlySpan<byte> input)
    {
        int index = batch.Count + _left;
        _left = LeastGap + (int)(Next() & GapMask);
        if (Sampler is { } sampler && (uint)index < (uint)batch.Count && batch[index] is { Command: { FirstKey: > 0 } command } request)
        {
            int count = request.Arguments.Count;
            int last = command.LastKey >= 0 ? command.LastKey : count + command.LastKey;
            int step = Math.Max(1, command.KeyStep);
            if (last >= count || last < command.FirstKey)
            {
                return;
            }

            int keys = ((last - command.FirstKey) / step) + 1;
            int position = command.FirstKey + ((int)(Next() % (uint)keys) * step);
            Protocol.ArgumentRange range = request.Arguments[position];
            ReadOnlySpan<byte> key = input.Slice(range.Offset, range.Length);
            Database database = engine.Keyspace[session.DatabaseIndex];
            sampler.OnAccess(database, command, key, database.Keys.Hash(key), keys);
        }
    }

    /// <summary>Marsaglia's xorshift: quick, and good enough to be out of step.</summary>
    private uint Next()
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        return _random;
    }
}
