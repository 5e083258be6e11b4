using System.Globalization;
using System.Text;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>CONFIG: reading and changing options while the server runs.</summary>
[CommandContainer("CONFIG", Group = CommandGroup.Server, Since = "2.0.0", Summary = "Reads and changes the server's options.")]
internal static class ConfigCommands
{
    private const CommandFlags AdminFlags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    [Command("CONFIG|GET", "parameter [parameter ...]", Arity = -3, Flags = AdminFlags, Group = CommandGroup.Server, Since = "2.0.0",
        Complexity = "O(N) with N the number of patterns", History = "7.0.0 Several patterns in one call.",
        Summary = "Shows the options whose names match a pattern, with their values.")]
    internal static void Get(ref CommandContext c)
    {
        var found = OptionQuery.Find(c.Engine.Options, CopyArguments(in c));
        c.Reply.MapHeader(found.Count);
        foreach (var (name, value) in found)
        {
            c.Reply.BulkString(name);
            c.Reply.BulkString(value);
        }
    }

    [Command("CONFIG|SET", "parameter value [parameter value ...]", Arity = -4, Flags = AdminFlags, Group = CommandGroup.Server, Since = "2.0.0",
        Complexity = "O(N) with N the number of options", History = "7.0.0 Several options in one call.",
        Tips = "request_policy:all_nodes response_policy:all_succeeded",
        Summary = "Changes options, all of them or none.")]
    internal static void Set(ref CommandContext c)
    {
        if (c.Count % 2 != 0)
        {
            c.Error(Errors.Syntax);
            return;
        }

        var options = c.Engine.Options;
        var mayChangeProtected = options.EnableProtectedConfigs switch
        {
            ProtectedAccess.Yes => true,
            ProtectedAccess.Local => c.Session.Connection.IsLoopback || c.Session.Connection.IsUnixSocket,
            _ => false,
        };
        if (new OptionTransaction(options).Run(CopyArguments(in c), mayChangeProtected) is { } error)
        {
            c.Error(error);
            return;
        }

        Warn(in c);
        c.Reply.Raw(Replies.Ok);
    }

    [Command("CONFIG|REWRITE", "", Arity = 2, Flags = AdminFlags, Group = CommandGroup.Server, Since = "2.8.0", Complexity = "O(1)",
        Summary = "Writes the present options into the configuration file that the server was started with.")]
    internal static void Rewrite(ref CommandContext c)
    {
        if (c.Engine.Options.ConfigurationFile is not { } path)
        {
            c.Error("ERR The server is running without a config file"u8);
            return;
        }

        try
        {
            ConfigurationRewriter.RewriteFile(path, c.Engine.Options, c.Engine.Users.GetConfigurationLines());
            c.Engine.Log.Write(ServerLogLevel.Notice, "CONFIG REWRITE executed with success.");
            c.Reply.Raw(Replies.Ok);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var reason = FileErrorText.Of(exception);
            c.Engine.Log.Write(ServerLogLevel.Warning, $"CONFIG REWRITE failed: {reason}");
            c.Error(Encoding.UTF8.GetBytes($"ERR Rewriting config file: {reason}"));
        }
    }

    [Command("CONFIG|RESETSTAT", "", Arity = 2, Flags = AdminFlags, Group = CommandGroup.Server, Since = "2.0.0", Complexity = "O(1)",
        Summary = "Sets the counters that INFO shows back to zero.")]
    internal static void ResetStatistics(ref CommandContext c)
    {
        c.Engine.Statistics.Reset();
        c.Engine.MemoryLimit.ResetStatistics();
        c.Reply.Raw(Replies.Ok);
    }

    [Command("CONFIG|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Server, Since = "5.0.0",
        Complexity = "O(1)", Summary = "Explains the subcommands.")]
    internal static void Help(ref CommandContext c) => CommandTableHelp.Write(ref c);

    /// <summary>Tells the log what the client cannot be told: an option was set, but does not do all that it promises.</summary>
    private static void Warn(ref readonly CommandContext c)
    {
        var engine = c.Engine;
        for (var i = 2; i < c.Count; i += 2)
        {
            if (!OptionTable.TryFind(c[i], out var option))
            {
                continue;
            }

            if (OptionWarning.Find(option, engine.Options) is { } warning)
            {
                engine.Log.Write(ServerLogLevel.Warning, warning);
            }

            if (option.Id == OptionId.MaxMemoryBytes && engine.MemoryLimit.IsExceeded)
            {
                engine.Log.Write(ServerLogLevel.Warning, string.Create(CultureInfo.InvariantCulture,
                    $"maxmemory is now {engine.Options.MaxMemoryBytes} bytes, less than the {engine.MemoryLimit.CountedBytes} in use: keys are evicted, or commands that need memory refused, as maxmemory-policy says"));
            }
        }
    }

    /// <summary>What follows the names of command and subcommand.</summary>
    private static byte[][] CopyArguments(ref readonly CommandContext c)
    {
        const int First = 2;
        var arguments = new byte[c.Count - First][];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = c[i + First].ToArray();
        }

        return arguments;
    }
}
