using Spinel.Engine;

namespace Spinel.Hosting.Tests;

/// <summary>Looks at what a transport has sent when: it may do so between the end of a turn's work for clients and the background work, and at no other time.</summary>
internal sealed class TurnWatch : IEngineExtension
{
    private SpinelEngine? _engine;
    private long _sentBytes;

    /// <summary>The turns in which something was sent before their end.</summary>
    public int SentTooEarly { get; private set; }

    /// <summary>The turns in which something was sent.</summary>
    public int TurnsThatSent { get; private set; }

    public void Attach(SpinelEngine engine) => _engine = engine;

    public void OnTurnEnd() => SentTooEarly += _engine!.Statistics.NetOutputBytes == _sentBytes ? 0 : 1;

    public void RunBackground()
    {
        long sent = _engine!.Statistics.NetOutputBytes;
        TurnsThatSent += sent == _sentBytes ? 0 : 1;
        _sentBytes = sent;
    }

    public void Dispose()
    {
    }
}
