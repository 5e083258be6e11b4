namespace Spinel.Engine.Commands.Server.Debug;

/// <summary>DEBUG DIGEST and DIGEST-VALUE.</summary>
internal static class DebugDigest
{
    private const LookupFlags Unnoticed = LookupFlags.NoTouch | LookupFlags.NoStatistics;

    public static void WriteAll(ref CommandContext c) => c.Reply.SimpleString(KeyspaceDigest.OfAll(c.Keyspace).ToHex());

    public static void WriteValues(ref CommandContext c)
    {
        c.Reply.ArrayHeader(c.Count - 2);
        for (int i = 2; i < c.Count; i++)
        {
            c.Reply.SimpleString(KeyspaceDigest.OfValue(c.Find(i, Unnoticed)).ToHex());
        }
    }
}
