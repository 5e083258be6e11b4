namespace Spinel.Engine.Statistics;

/// <summary>
/// Turns a growing counter into a rate: the mean over the last 16 samples, taken every 100 ms. One lucky or unlucky sample does not move it much.
/// </summary>
public sealed class RateSampler
{
    private const int SampleCount = 16;
    private readonly double[] _samples = new double[SampleCount];
    private int _next;
    private long _lastCount;
    private long _lastMicroseconds;

    /// <summary>Units per second.</summary>
    public double PerSecond
    {
        get
        {
            double sum = 0;
            foreach (double sample in _samples)
            {
                sum += sample;
            }

            return sum / SampleCount;
        }
    }

    public void Sample(long count, long nowMicroseconds)
    {
        long elapsed = nowMicroseconds - _lastMicroseconds;
        if (elapsed > 0)
        {
            // A counter that was reset meanwhile gives no negative rate.
            _samples[_next] = Math.Max(0, count - _lastCount) * 1_000_000.0 / elapsed;
            _next = (_next + 1) % SampleCount;
        }

        _lastCount = count;
        _lastMicroseconds = nowMicroseconds;
    }

    public void Reset()
    {
        Array.Clear(_samples);
        _lastCount = 0;
    }
}
