using System.Text;
using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;
using Spinel.Replication.Migration;

namespace Spinel.Replication.Commands;

/// <summary>MIGRATE: keys move to another server.</summary>
internal static class MigrateCommand
{
    private const int FirstOption = 6;
    private const long DefaultTimeoutMs = 1000;

    [Command("MIGRATE",
        "host:string port:integer key_or_empty_string=<key | ''> destination-db:integer timeout:integer [COPY] [REPLACE] [authentication=<AUTH password:string | AUTH2 username:string password:string>] [KEYS key [key ...]]",
        Arity = -6, Flags = CommandFlags.Write, Keys = "3 RW access delete; KEYS@-2..-1 RW access delete incomplete",
        KeyExtractor = nameof(KeyExtractors.Migrate), Group = CommandGroup.Generic, Since = "2.6.0", AclCategories = "dangerous", Tips = "nondeterministic_output",
        Complexity = "O(N) with N the size of the values",
        History = "3.0.0 The options COPY and REPLACE.; 3.0.6 The option KEYS.; 4.0.7 The option AUTH.; 6.0.0 The option AUTH2.",
        Summary = "Moves keys to another server.")]
    internal static void Migrate(ref CommandContext c)
    {
        if (!TryParse(ref c, out MigrationOrder? order))
        {
            return;
        }

        if (order.Keys.Count == 0)
        {
            c.Reply.SimpleString("NOKEY"u8);
            return;
        }

        c.Engine.Extension<ReplicationExtension>().Migrations.Begin(ref c, order);
    }

    private static bool TryParse(ref CommandContext c, out MigrationOrder order)
    {
        order = new MigrationOrder { Host = Encoding.UTF8.GetString(c[1]), Database = c.Session.DatabaseIndex };
        int firstKey = 3;
        int end = 4;
        for (int i = FirstOption; i < c.Count; i++)
        {
            int left = c.Count - i - 1;
            if (c.Is(i, "COPY"u8))
            {
                order.Copies = true;
            }
            else if (c.Is(i, "REPLACE"u8))
            {
                order.Replaces = true;
            }
            else if (c.Is(i, "AUTH"u8) && left >= 1)
            {
                order.Password = c[++i].ToArray();
            }
            else if (c.Is(i, "AUTH2"u8) && left >= 2)
            {
                order.User = c[++i].ToArray();
                order.Password = c[++i].ToArray();
            }
            else if (c.Is(i, "KEYS"u8))
            {
                if (!c[3].IsEmpty)
                {
                    c.Error(ReplicationErrors.MigrateKeys);
                    return false;
                }

                firstKey = i + 1;
                end = c.Count;
                break;
            }
            else
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        if (!c.TryInteger(5, out long timeoutMs) || !c.TryInteger(4, out long target))
        {
            return false;
        }

        order.TargetDatabase = target;
        order.TimeoutMs = (int)Math.Min(int.MaxValue, timeoutMs <= 0 ? DefaultTimeoutMs : timeoutMs);

        // What is no port is none that anybody listens on.
        order.Port = Int64Text.TryParse(c[2], out long port) && port is >= 0 and <= ushort.MaxValue ? (int)port : 0;
        for (int i = firstKey; i < end; i++)
        {
            if (!c.Find(i).IsNull)
            {
                order.Keys.Add(c[i].ToArray());
            }
        }

        return true;
    }
}
