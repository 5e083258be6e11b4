using System.Collections.Concurrent;

namespace Spinel.Engine;

/// <summary>
/// The only way from another thread to the engine's data: work posted here runs on the engine thread at the start of its next turn.
/// </summary>
public sealed class Mailbox
{
    private readonly ConcurrentQueue<Action> _letters = new();
    private IEngineWaker? _waker;
    private int _wakePending;

    internal void Attach(IEngineWaker waker) => _waker = waker;

    /// <summary>Has <paramref name="work"/> run on the engine thread. May be called from any thread.</summary>
    public void Post(Action work)
    {
        _letters.Enqueue(work);

        // One wake-up serves every letter posted before the engine looks.
        if (Interlocked.Exchange(ref _wakePending, 1) == 0)
        {
            _waker?.Wake();
        }
    }

    /// <summary>Runs what was posted up to now; letters posted meanwhile wait for the next turn, so that clients are served in between.</summary>
    internal void Drain()
    {
        // A full fence: the look at the queue must not move before it, or a letter posted in between would wake nobody.
        Interlocked.Exchange(ref _wakePending, 0);
        for (int left = _letters.Count; left > 0 && _letters.TryDequeue(out Action? letter); left--)
        {
            letter();
        }

        if (!_letters.IsEmpty && Interlocked.Exchange(ref _wakePending, 1) == 0)
        {
            _waker?.Wake();
        }
    }
}
