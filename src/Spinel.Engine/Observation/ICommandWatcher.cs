namespace Spinel.Engine.Observation;

/// <summary>Is shown every command that clients run, with the time it took, for as long as it is set as <see cref="SpinelEngine.CommandWatcher"/>.</summary>
internal interface ICommandWatcher
{
    /// <summary>A command has run.</summary>
    /// <param name="c">The call. Its arguments are still there; its reply has been written.</param>
    /// <param name="ticks">Its duration on the monotonic clock.</param>
    void OnCommand(ref readonly CommandContext c, long ticks);
}
