using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Lists;

/// <summary>The two ends of a list.</summary>
internal enum ListEnd : byte
{
    /// <summary>The head, where the element of index 0 is.</summary>
    Left,

    /// <summary>The tail.</summary>
    Right,
}

/// <summary>What the ends of lists are called, and the events of each.</summary>
internal static class ListEnds
{
    /// <summary>Reads LEFT or RIGHT; replies with an error and returns false when the argument is neither.</summary>
    public static bool TryRead(ref CommandContext c, int index, out ListEnd end)
    {
        end = c.Is(index, "RIGHT"u8) ? ListEnd.Right : ListEnd.Left;
        if (end == ListEnd.Right || c.Is(index, "LEFT"u8))
        {
            return true;
        }

        c.Error(Errors.Syntax);
        return false;
    }

    public static KeyEvent PushEvent(ListEnd end) => end == ListEnd.Left ? KeyEvent.LPush : KeyEvent.RPush;

    public static KeyEvent PopEvent(ListEnd end) => end == ListEnd.Left ? KeyEvent.LPop : KeyEvent.RPop;

    public static ReadOnlySpan<byte> PopCommand(ListEnd end) => end == ListEnd.Left ? "LPOP"u8 : "RPOP"u8;

    /// <summary>The element at an end of a list that is not empty.</summary>
    public static QuicklistCursor ElementAt(Quicklist list, ListEnd end) => end == ListEnd.Left ? list.First : list.Last;
}
