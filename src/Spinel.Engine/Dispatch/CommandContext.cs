namespace Spinel.Engine;

/// <summary>One call of a command.</summary>
public ref struct CommandContext
{
}
