namespace Spinel.Engine.Statistics.Info;

/// <summary>INFO errorstats: how often each kind of error was replied, by name.</summary>
internal static class ErrorsInfo
{
    public static void Write(InfoWriter w, SpinelEngine engine)
    {
        foreach ((string kind, long count) in engine.Statistics.Errors.Counts.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            w.Line($"errorstat_{kind}:count={count}");
        }
    }
}
