using Spinel.Engine.Dispatch;

namespace Spinel.Engine;

/// <summary>The part of the server that can load its data again while it runs, for DEBUG: the extension that keeps the data implements it.</summary>
public interface IDataReloader
{
    /// <summary>DEBUG RELOAD: writes the snapshot file and loads it in the place of the data. Replies.</summary>
    /// <param name="c">The call.</param>
    /// <param name="save">Whether the file is written first.</param>
    /// <param name="flush">Whether the data goes before the file is loaded.</param>
    /// <param name="merge">Whether keys of the file may take the place of keys that are there.</param>
    void Reload(ref CommandContext c, bool save, bool flush, bool merge);

    /// <summary>DEBUG LOADAOF: loads the append-only log in the place of the data. Replies, perhaps later.</summary>
    void ReloadLog(ref CommandContext c);
}
