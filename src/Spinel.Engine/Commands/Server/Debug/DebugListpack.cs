using System.Globalization;
using System.Text;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Server.Debug;

/// <summary>DEBUG LISTPACK: what is in a listpack, entry by entry, in the server's log.</summary>
internal static class DebugListpack
{
    private const int MaxShownBytes = 64;

    public static void Log(ref CommandContext c)
    {
        if (!DebugKeys.TryFind(ref c, out KeyBlock block))
        {
            return;
        }

        if (block.Encoding != ValueEncoding.ListPack)
        {
            c.Error(Errors.NotAListpack);
            return;
        }

        var pack = new Listpack(block.Payload);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Listpack of {pack.TotalBytes} bytes, {pack.Count} entries:");
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        for (int position = pack.First; position >= 0; position = pack.OrNone(pack.Next(position)))
        {
            ListpackValue value = pack.Get(position);
            ReadOnlySpan<byte> bytes = value.GetBytes(scratch);
            string shown = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, MaxShownBytes)]);
            text.Append(CultureInfo.InvariantCulture, $"\n  at {position}: {(value.IsInteger ? "integer" : "string")} of {bytes.Length} characters: {shown}");
        }

        c.Engine.Log.Write(ServerLogLevel.Notice, text.ToString());
        c.Reply.SimpleString("Listpack structure printed to the log"u8);
    }
}
