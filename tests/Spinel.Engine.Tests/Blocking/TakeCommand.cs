using System.Text;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Tests.Blocking;

/// <summary>
/// A blocking command for tests of blocking itself: <c>TAKE key [key ...] timeout-ms</c> deletes the first key that holds a string and replies with
/// it, or waits for one. A timeout of 0 is none.
/// </summary>
internal sealed class TakeCommand : CommandSet
{
    private static readonly byte[] Line = Encoding.ASCII.GetBytes(
        $"take\t-3\t{(long)CommandFlags.Write}\t0\t{(int)CommandGroup.Generic}\t1\t-2\t1\t-1\t\t1.0.0\t\tO(1)\tTakes a string.\tkey [key ...] timeout\t\t\n");

    public override ReadOnlySpan<byte> Text => Line;

    public override CommandHandler?[] CreateHandlers() => [Take];

    public override KeyExtractor[] CreateKeyExtractors() => [];

    private static void Take(ref CommandContext c)
    {
        if (!c.TryInteger(c.Count - 1, out long timeoutMs))
        {
            return;
        }

        int[] keys = [.. Enumerable.Range(1, c.Count - 2)];
        foreach (int key in keys)
        {
            KeyWriter writer = c.OpenForWrite(key);
            if (writer.Exists)
            {
                c.Reply.BulkString(writer.Block.GetString(new byte[KeyBlock.IntegerScratchBytes]));
                writer.Remove(lazily: false);
                writer.Commit(KeyEvent.Del);
                return;
            }
        }

        c.Engine.Blocked.Block(ref c, keys, ValueKind.String, timeoutMs > 0 ? c.NowMs + timeoutMs : 0, static (ref Protocol.ReplyWriter reply) => reply.NullArray());
    }
}
