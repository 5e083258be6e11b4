namespace Spinel.Engine.Statistics.Info;

/// <summary>INFO cluster.</summary>
internal static class ClusterInfo
{
    public static void Write(InfoWriter w, SpinelEngine engine) => w.Add("cluster_enabled", engine.Options.ClusterEnabled);
}
