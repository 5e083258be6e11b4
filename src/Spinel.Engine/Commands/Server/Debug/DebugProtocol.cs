using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server.Debug;

/// <summary>DEBUG PROTOCOL: an example of each type of the protocol, the same ones as Redis's, for tests of clients.</summary>
internal static class DebugProtocol
{
    private const int Elements = 3;

    public static void Write(ref CommandContext c)
    {
        ref ReplyWriter reply = ref c.Reply;
        if (c.Is(2, "STRING"u8))
        {
            reply.BulkString("Hello World"u8);
        }
        else if (c.Is(2, "INTEGER"u8))
        {
            reply.Integer(12345);
        }
        else if (c.Is(2, "DOUBLE"u8))
        {
            reply.Double("3.141"u8);
        }
        else if (c.Is(2, "BIGNUM"u8))
        {
            reply.BigNumber("1234567999999999999999999999999999999"u8);
        }
        else if (c.Is(2, "NULL"u8))
        {
            reply.NullBulk();
        }
        else if (c.Is(2, "VERBATIM"u8))
        {
            reply.VerbatimString("txt"u8, "This is a verbatim\nstring"u8);
        }
        else if (c.Is(2, "TRUE"u8))
        {
            reply.Boolean(true);
        }
        else if (c.Is(2, "FALSE"u8))
        {
            reply.Boolean(false);
        }
        else
        {
            WriteAggregate(ref c);
        }
    }

    private static void WriteAggregate(ref CommandContext c)
    {
        ref ReplyWriter reply = ref c.Reply;
        if (c.Is(2, "ARRAY"u8))
        {
            reply.ArrayHeader(Elements);
            WriteNumbers(ref reply);
        }
        else if (c.Is(2, "SET"u8))
        {
            reply.SetHeader(Elements);
            WriteNumbers(ref reply);
        }
        else if (c.Is(2, "MAP"u8))
        {
            reply.MapHeader(Elements);
            for (int i = 0; i < Elements; i++)
            {
                reply.Integer(i);
                reply.Boolean(i == 1);
            }
        }
        else if (c.Is(2, "ATTRIB"u8))
        {
            WriteAttribute(ref reply);
        }
        else if (!c.Is(2, "PUSH"u8))
        {
            c.Error(Errors.UnknownProtocolType);
        }
        else if (reply.Version == RespVersion.Resp2)
        {
            c.Error(Errors.NeedsResp3);
        }
        else
        {
            reply.PushHeader(2);
            reply.BulkString("server-cpu-usage"u8);
            reply.Integer(42);
            reply.BulkString("Some real reply following the push reply"u8);
        }
    }

    private static void WriteAttribute(ref ReplyWriter reply)
    {
        if (reply.Version == RespVersion.Resp3)
        {
            reply.AttributeHeader(1);
            reply.BulkString("key-popularity"u8);
            reply.ArrayHeader(2);
            reply.BulkString("key:123"u8);
            reply.Integer(90);
        }

        reply.BulkString("Some real reply following the attribute"u8);
    }

    private static void WriteNumbers(ref ReplyWriter reply)
    {
        for (int i = 0; i < Elements; i++)
        {
            reply.Integer(i);
        }
    }
}
