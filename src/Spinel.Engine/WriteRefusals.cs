using Spinel.Engine.Dispatch;

namespace Spinel.Engine;

/// <summary>The reasons that hold at present for refusing commands that write, with what clients are told.</summary>
internal sealed class WriteRefusals
{
    private readonly byte[]?[] _errors = new byte[]?[(int)WriteRefusal.ReadOnlyReplica + 1];

    /// <summary>Whether any reason holds.</summary>
    public bool Any => Array.Exists(_errors, static error => error is not null);

    /// <summary>Begins or, with null, ends the refusal for a reason.</summary>
    public void Set(WriteRefusal reason, byte[]? error) => _errors[(int)reason] = error;

    /// <summary>The error for a command: that of the most important reason, or null when nothing stands against it.</summary>
    public byte[]? For(CommandDescriptor command, CommandFlags flags)
    {
        bool writes = (flags & CommandFlags.Write) != 0;
        for (int i = 0; i < _errors.Length; i++)
        {
            // Tools ask for a sign of life, and a server that cannot save is to show none that is untroubled.
            if (_errors[i] is { } error && (writes || (i <= (int)WriteRefusal.SnapshotError && command.Name == "ping")))
            {
                return error;
            }
        }

        return null;
    }
}
