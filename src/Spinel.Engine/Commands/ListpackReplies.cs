using Spinel.DataStructures;
using Spinel.Protocol;

namespace Spinel.Engine.Commands;

/// <summary>Values of listpacks in replies.</summary>
internal static class ListpackReplies
{
    /// <summary>Writes the value that the reader is at as a bulk string.</summary>
    public static void WriteValue(this ref ReplyWriter reply, scoped in ListpackReader reader)
    {
        if (reader.IsInteger)
        {
            reply.BulkString(reader.Integer);
        }
        else
        {
            reply.BulkString(reader.Bytes);
        }
    }
}
