namespace Spinel.Engine.Configuration;

/// <summary>When a snapshot is due: after this many seconds if there were at least this many changes.</summary>
/// <param name="Seconds">Seconds since the last snapshot.</param>
/// <param name="Changes">Changes since the last snapshot.</param>
public readonly record struct SavePoint(int Seconds, int Changes);
