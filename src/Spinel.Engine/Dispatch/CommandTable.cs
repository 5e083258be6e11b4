namespace Spinel.Engine.Dispatch;

/// <summary>
/// The commands of one server: built from what the assemblies declare, then only looked up. Renaming (the <c>rename-command</c> option)
/// happens before the first request. Owned by the engine thread once it runs; descriptors may be read by any thread.
/// </summary>
public sealed class CommandTable
{
    private readonly CommandNameIndex _index = new();
    private readonly CommandNameIndex _original = new();
    private readonly List<CommandDescriptor> _all = [];
    private readonly List<CommandDescriptor> _commands = [];

    /// <summary>Builds the table from the sets of the assemblies that declare commands.</summary>
    public CommandTable(params ReadOnlySpan<CommandSet> sets)
    {
        foreach (CommandSet set in sets)
        {
            Add(set);
        }

        if (sets.Length > 1)
        {
            _commands.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        }
    }

    /// <summary>All commands and subcommands; the index is <see cref="CommandDescriptor.Id"/>.</summary>
    public IReadOnlyList<CommandDescriptor> All => _all;

    /// <summary>Commands that can be called, without subcommands, sorted by declared name.</summary>
    public IReadOnlyList<CommandDescriptor> Commands => _commands;

    /// <summary>The number of commands that can be called, without subcommands.</summary>
    public int Count => _commands.Count;

    /// <summary>Finds a command by its name in any case; null: there is none.</summary>
    public CommandDescriptor? Find(ReadOnlySpan<byte> name) => _index.Find(name);

    /// <summary>Finds a command by the name it was declared with, whether or not it was renamed: for what was written under that name.</summary>
    public CommandDescriptor? FindOriginal(ReadOnlySpan<byte> name) => _original.Find(name);

    /// <summary>Finds a command or, as <c>container|name</c>, a subcommand.</summary>
    public CommandDescriptor? FindFull(ReadOnlySpan<byte> name)
    {
        int bar = name.IndexOf((byte)'|');
        return bar < 0 ? Find(name) : Find(name[..bar])?.FindSubcommand(name[(bar + 1)..]);
    }

    /// <summary>
    /// Makes a command callable under another name only, or under none when <paramref name="newName"/> is empty. Its descriptor stays as
    /// it is. False: no such command, or the new name is taken or too long.
    /// </summary>
    public bool TryRename(ReadOnlySpan<byte> name, ReadOnlySpan<byte> newName)
    {
        CommandDescriptor? command = Find(name);
        if (command is null || newName.Length > CommandNameIndex.MaxNameLength)
        {
            return false;
        }

        CommandDescriptor? present = Find(newName);
        if (present is not null && present != command)
        {
            return false;
        }

        _index.Remove(name);
        if (newName.IsEmpty)
        {
            _commands.Remove(command);
        }
        else
        {
            _index.Add(newName.ToArray(), command);
        }

        return true;
    }

    private void Add(CommandSet set)
    {
        ReadOnlySpan<byte> text = set.Text;
        CommandHandler?[] handlers = set.CreateHandlers();
        KeyExtractor[] extractors = set.CreateKeyExtractors();
        CommandDescriptor? container = null;
        var subcommands = new List<CommandDescriptor>();

        int position = 0;
        for (int line = 0; position < text.Length; line++)
        {
            CommandRecord record = CommandRecord.Read(text, ref position);
            bool isSubcommand = record.Bytes(text, CommandField.Name).Contains((byte)'|');
            if (!isSubcommand)
            {
                Close(container, subcommands);
                container = null;
            }

            int extractor = record.Number(text, CommandField.KeyExtractor);
            var command = new CommandDescriptor(
                set, record, _all.Count, handlers[line], extractor < 0 ? null : extractors[extractor], isSubcommand ? container : null);
            _all.Add(command);
            if (isSubcommand)
            {
                subcommands.Add(command);
                continue;
            }

            container = command;
            if (_index.Find(command.OwnName) is not null)
            {
                throw new InvalidOperationException($"command {command.Name} is declared by two assemblies");
            }

            _commands.Add(command);
            _index.Add(command.OwnName, command);
            _original.Add(command.OwnName, command);
        }

        Close(container, subcommands);
    }

    private static void Close(CommandDescriptor? container, List<CommandDescriptor> subcommands)
    {
        if (subcommands.Count > 0)
        {
            container!.SetSubcommands([.. subcommands]);
            subcommands.Clear();
        }
    }
}
