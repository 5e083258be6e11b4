using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Server;

/// <summary>MODULE: this server loads no shared libraries, so there is never one to list or to take out.</summary>
[CommandContainer("MODULE", Group = CommandGroup.Server, Since = "4.0.0", Summary = "Shared libraries that add to the server.")]
internal static class ModuleCommands
{
    private const CommandFlags Changes = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.NoAsyncLoading | CommandFlags.Protected;

    [Command("MODULE|LIST", "", Arity = 2, Flags = CommandFlags.Admin | CommandFlags.NoScript, Group = CommandGroup.Server, Since = "4.0.0",
        Complexity = "O(N) with N the number of modules", Tips = "nondeterministic_output_order", Summary = "Lists the modules that are loaded.")]
    internal static void List(ref CommandContext c) => c.Reply.ArrayHeader(0);

    [Command("MODULE|LOAD", "path [arg [arg ...]]", Arity = -3, Flags = Changes, Group = CommandGroup.Server, Since = "4.0.0", Complexity = "O(1)",
        Summary = "Loads a module; this server refuses.")]
    [Command("MODULE|LOADEX", "path [CONFIG name value [CONFIG name value ...]] [ARGS arg [arg ...]]", Arity = -3, Flags = Changes, Group = CommandGroup.Server,
        Since = "7.0.0", Complexity = "O(1)", Summary = "Loads a module with options of its own; this server refuses.")]
    internal static void Load(ref CommandContext c) => c.Error(Errors.ModuleCannotLoad);

    [Command("MODULE|UNLOAD", "name", Arity = 3, Flags = Changes, Group = CommandGroup.Server, Since = "4.0.0", Complexity = "O(1)", Summary = "Takes a module out.")]
    internal static void Unload(ref CommandContext c) => c.Error(Errors.ModuleUnknown);

    [Command("MODULE|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Server, Since = "5.0.0", Complexity = "O(1)",
        Summary = "Lists the subcommands.")]
    internal static void Help(ref CommandContext c) => CommandTableHelp.Write(ref c);
}
