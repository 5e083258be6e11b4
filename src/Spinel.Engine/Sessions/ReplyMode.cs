namespace Spinel.Engine.Sessions;

/// <summary>The modes of CLIENT REPLY.</summary>
public enum ReplyMode : byte
{
    On,
    Off,

    /// <summary>The command after this one gets no reply.</summary>
    SkipNext,

    /// <summary>The command that runs gets no reply.</summary>
    Skip,
}
