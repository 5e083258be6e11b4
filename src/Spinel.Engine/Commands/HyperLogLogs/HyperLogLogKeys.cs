using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.HyperLogLogs;

/// <summary>Looking up keys that hold HyperLogLogs: strings of a certain form.</summary>
internal static class HyperLogLogKeys
{
    /// <summary>Looks one up for reading; false after an error reply. A missing key is null.</summary>
    public static bool TryFind(ref CommandContext c, int index, out KeyBlock block)
    {
        block = c.Find(index);
        return block.IsNull || TryCheck(ref c, block);
    }

    /// <summary>Opens one for writing; false after an error reply.</summary>
    public static bool TryOpen(ref CommandContext c, int index, out KeyWriter writer)
    {
        writer = c.OpenForWrite(index);
        return !writer.Exists || TryCheck(ref c, writer.Block);
    }

    private static bool TryCheck(ref CommandContext c, KeyBlock block)
    {
        if (block.Kind != ValueKind.String)
        {
            c.Error(Errors.WrongType);
            return false;
        }

        if (block.IsInteger || !HyperLogLog.HasForm(block.StringBytes))
        {
            c.Error(Errors.NotAHyperLogLog);
            return false;
        }

        return true;
    }
}
