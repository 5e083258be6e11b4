namespace Spinel.Persistence.Rdb;

/// <summary>What is remembered of a key's last use, in one of two ways.</summary>
/// <param name="IdleSeconds">Seconds since then; negative when that is not counted.</param>
/// <param name="Frequency">0 to 255, growing with use; negative when that is not counted.</param>
public readonly record struct AccessNote(long IdleSeconds, int Frequency)
{
    /// <summary>Nothing is.</summary>
    public static AccessNote None => new(-1, -1);
}
