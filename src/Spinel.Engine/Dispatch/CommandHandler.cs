namespace Spinel.Engine.Dispatch;

/// <summary>Runs one command; replies through the context.</summary>
public delegate void CommandHandler(ref CommandContext c);
