using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Server.Debug;

/// <summary>DEBUG RELOAD and LOADAOF: the data goes to disk and back, which must change nothing.</summary>
internal static class DebugReload
{
    public static void Reload(ref CommandContext c)
    {
        bool save = true;
        bool flush = true;
        bool merge = false;
        for (int i = 2; i < c.Count; i++)
        {
            if (c.Is(i, "MERGE"u8))
            {
                merge = true;
            }
            else if (c.Is(i, "NOFLUSH"u8))
            {
                flush = false;
            }
            else if (c.Is(i, "NOSAVE"u8))
            {
                save = false;
            }
            else
            {
                c.Error(Errors.DebugReloadOption);
                return;
            }
        }

        if (Find(ref c) is { } reloader)
        {
            reloader.Reload(ref c, save, flush, merge);
        }
    }

    public static void ReloadLog(ref CommandContext c) => Find(ref c)?.ReloadLog(ref c);

    private static IDataReloader? Find(ref CommandContext c)
    {
        foreach (IEngineExtension extension in c.Engine.Extensions)
        {
            if (extension is IDataReloader reloader)
            {
                return reloader;
            }
        }

        c.Error(Errors.LoadingFailed);
        return null;
    }
}
