using CsCheck;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Tests.Security;

/// <summary>
/// A user is fenced in among the keys <c>ok:*</c> and tries everything that takes keys, with arguments that mostly make no sense. Nothing outside may
/// change, and nothing that is kept there may come out.
/// </summary>
public sealed class KeyFenceTests
{
    private const string Secret = "S3CRET";

    private static readonly string[] Kinds = ["string", "list", "set", "hash", "zset", "stream"];

    private static readonly Gen<string> Word = Gen.Frequency(
        (6, Gen.OneOf([.. Kinds.Select(kind => "ok:" + kind)])),
        (4, Gen.OneOf([.. Kinds.Select(kind => "no:" + kind)])),
        (4, Gen.OneOf("0", "1", "2", "3", "-1", "+1", "01", "1.5", "")),
        (4, Gen.OneOf(
            "STORE", "STOREDIST", "BY", "GET", "no:*", "*", "KEYS", "STREAMS", "LIMIT", "COUNT", "ASC", "ALPHA", "WEIGHTS", "AGGREGATE", "WITHSCORES", "LEFT", "RIGHT", "MIN",
            "FROMMEMBER", "FROMLONLAT", "BYRADIUS", "km", "EX", "NX", "XX", "INCR", "REPLACE", "GROUP", "MATCH", "FIELDS", "MAXLEN", "$", ">", "0-0", "(1", "[a", "-", "+")));

    [Fact]
    public void Nobody_gets_out_of_the_fence()
    {
        using var engine = new TestEngine();
        engine.Run("ACL SETUSER fenced on nopass +@all ~ok:* &*").ShouldBe("+OK");
        CommandDescriptor[] commands = [.. engine.Engine.Commands.All.Where(command => command.Handler is not null && command.HasKeys)];
        Assert.True(commands.Length > 100);
        int allowed = 0;
        Gen.Select(Gen.OneOf(commands), Word.Array[0, 9]).Sample(
            (command, words) =>
            {
                Fill(engine);
                engine.TakeEvents();
                TestClient client = engine.Connect();
                client.Run("AUTH fenced x").ShouldBe("+OK");
                string reply = client.Call([.. command.Name.Split('|'), .. words]).Text;
                client.Session.OnDisconnected();
                Assert.DoesNotContain(Secret, reply, StringComparison.Ordinal);
                foreach (string line in engine.TakeEvents().All)
                {
                    Assert.StartsWith("ok:", line.Split(' ')[^1], StringComparison.Ordinal);
                }

                allowed += reply.StartsWith("-NOPERM", StringComparison.Ordinal) || reply.StartsWith("-ERR wrong", StringComparison.Ordinal) ? 0 : 1;
            },
            iter: 8000,
            threads: 1,
            print: t => t.Item1.Name + " " + string.Join(' ', t.Item2));
        Assert.True(allowed > 1000, $"only {allowed} requests came through");
    }

    private static void Fill(TestEngine engine)
    {
        foreach (string side in (string[])["ok:", "no:"])
        {
            string content = side == "no:" ? Secret : "1";
            engine.Call("SET", side + "string", content);
            engine.Call("DEL", side + "list", side + "set", side + "hash", side + "zset", side + "stream");
            engine.Call("RPUSH", side + "list", content, "1");
            engine.Call("SADD", side + "set", content, "1");
            engine.Call("HSET", side + "hash", content, content, "1", content);
            engine.Call("ZADD", side + "zset", "1", content, "2", "1");
            engine.Call("XADD", side + "stream", "1-1", content, content);
        }
    }
}
