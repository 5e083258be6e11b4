using Spinel.DataStructures;

namespace Spinel.Engine.Eviction;

/// <summary>A key that may go, as it was when it was looked at. The block may have moved or be gone since: it is to be compared, not read.</summary>
internal readonly record struct EvictionCandidate(ulong Score, Database Database, KeyBlock Block, ulong Hash);

/// <summary>
/// The best candidates for eviction that samples have come across, in the order of their scores.
/// <para>
/// Of a handful of random keys the best may be a poor choice. Keeping what was second best for the next rounds makes the choice nearly that of
/// a full order by age, without a pointer of memory a key for one. The idea is Redis's (3.0); here a candidate is a handle and a hash that are checked
/// against the table before use, so that nothing is copied and a key that was used in between is spared.
/// </para>
/// Invariant: scores ascend; a block is there once. Cost: O(<see cref="Capacity"/>) moves an insertion, of one cache line or two.
/// </summary>
internal sealed class EvictionCandidates
{
    public const int Capacity = 16;

    private readonly EvictionCandidate[] _sorted = new EvictionCandidate[Capacity];
    private int _count;

    /// <summary>What a key must score to be taken in.</summary>
    public bool Accepts(ulong score) => _count < Capacity || score > _sorted[0].Score;

    /// <summary>Takes a key in if it is among the best.</summary>
    public void Add(in EvictionCandidate candidate)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_sorted[i].Block == candidate.Block)
            {
                // Seen before; its score may have changed since.
                RemoveAt(i);
                break;
            }
        }

        if (_count == Capacity)
        {
            if (candidate.Score <= _sorted[0].Score)
            {
                return;
            }

            RemoveAt(0);
        }

        int at = _count;
        while (at > 0 && _sorted[at - 1].Score > candidate.Score)
        {
            _sorted[at] = _sorted[at - 1];
            at--;
        }

        _sorted[at] = candidate;
        _count++;
    }

    /// <summary>Takes the candidate with the highest score out.</summary>
    public bool TryTakeBest(out EvictionCandidate best)
    {
        if (_count == 0)
        {
            best = default;
            return false;
        }

        best = _sorted[--_count];
        _sorted[_count] = default;
        return true;
    }

    public void Clear()
    {
        Array.Clear(_sorted);
        _count = 0;
    }

    private void RemoveAt(int index)
    {
        _count--;
        Array.Copy(_sorted, index + 1, _sorted, index, _count - index);
        _sorted[_count] = default;
    }
}
