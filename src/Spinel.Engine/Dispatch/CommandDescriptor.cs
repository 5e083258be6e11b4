using System.Text;

namespace Spinel.Engine.Dispatch;

/// <summary>
/// What is known about one command or subcommand: what dispatch needs as plain fields, what only documentation needs decoded from the
/// declaration when asked for. Made by <see cref="CommandTable"/>; belongs to one table.
/// </summary>
public sealed class CommandDescriptor
{
    private readonly CommandSet _set;
    private readonly CommandRecord _record;
    private readonly KeyExtractor? _extractor;
    private CommandDescriptor[] _subcommands = [];
    private CommandNameIndex? _subcommandIndex;
    private KeySpec[]? _keySpecs;
    private CommandSyntax? _syntax;

    internal CommandDescriptor(CommandSet set, CommandRecord record, int id, CommandHandler? handler, KeyExtractor? extractor, CommandDescriptor? parent)
    {
        _set = set;
        _record = record;
        _extractor = extractor;
        Id = id;
        Handler = handler;
        Parent = parent;

        ReadOnlySpan<byte> text = set.Text;
        byte[] name = record.Bytes(text, CommandField.Name).ToArray();
        NameUtf8 = name;
        Name = Encoding.ASCII.GetString(name);
        Flags = (CommandFlags)record.Number(text, CommandField.Flags);
        Arity = record.Number(text, CommandField.Arity);
        AclCategories = (AclCategories)record.Number(text, CommandField.AclCategories);
        Group = (CommandGroup)record.Number(text, CommandField.Group);
        FirstKey = record.Number(text, CommandField.FirstKey);
        LastKey = record.Number(text, CommandField.LastKey);
        KeyStep = record.Number(text, CommandField.KeyStep);
        IsQuick = (Flags & CommandFlags.Fast) != 0 || Name is "set" or "setex" or "psetex";
        MemberArgument = MemberArgumentOf(this);
        OwnName = new byte[parent is null ? name.Length : name.Length - parent.Name.Length - 1];
        Ascii.ToUpper(name.AsSpan(name.Length - OwnName.Length), OwnName, out _);
    }

    /// <summary>The name in small letters; <c>container|name</c> for a subcommand.</summary>
    public string Name { get; }

    /// <summary><see cref="Name"/> as the wire shows it.</summary>
    public ReadOnlyMemory<byte> NameUtf8 { get; }

    /// <summary>A dense number from 0 over all commands and subcommands of the table: the index for per-command arrays.</summary>
    public int Id { get; }

    /// <summary>What runs it; null for a container that has only subcommands.</summary>
    public CommandHandler? Handler { get; }

    /// <summary>Number of arguments including the name (both names for a subcommand); negative: at least that many.</summary>
    public int Arity { get; }

    /// <summary>What it may do.</summary>
    public CommandFlags Flags { get; }

    /// <summary>Its ACL categories.</summary>
    public AclCategories AclCategories { get; }

    /// <summary>Its chapter of the reference.</summary>
    public CommandGroup Group { get; }

    /// <summary>Position of the first key as older clients understand it; 0: none.</summary>
    public int FirstKey { get; }

    /// <summary>Position of the last key as older clients understand it; negative: from the end.</summary>
    public int LastKey { get; }

    /// <summary>Distance of keys as older clients understand it.</summary>
    public int KeyStep { get; }

    /// <summary>Whether any argument can be a key.</summary>
    public bool HasKeys
    {
        get
        {
            bool any = false;
            foreach (KeySpec spec in KeySpecs)
            {
                any |= (spec.Flags & KeySpecFlags.NotKey) == 0;
            }

            return any;
        }
    }

    /// <summary>The container of a subcommand.</summary>
    public CommandDescriptor? Parent { get; }

    /// <summary>The subcommands, sorted by name.</summary>
    public IReadOnlyList<CommandDescriptor> Subcommands => _subcommands;

    /// <summary>Whether there are subcommands.</summary>
    public bool HasSubcommands => _subcommands.Length > 0;

    /// <summary>The first version with this command.</summary>
    public string Since => Text(CommandField.Since);

    /// <summary>One sentence that says what it does.</summary>
    public string Summary => Text(CommandField.Summary);

    /// <summary>Time as a function of the input.</summary>
    public string Complexity => Text(CommandField.Complexity);

    /// <summary>The syntax as declared.</summary>
    public string SyntaxText => Text(CommandField.Syntax);

    /// <summary>Hints for clients and proxies.</summary>
    public string[] Tips => Text(CommandField.Tips).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Version and replacement of a deprecated command, as declared; empty: not deprecated.</summary>
    public string Deprecated => Text(CommandField.Deprecated);

    /// <summary>Changes by version, as declared.</summary>
    public string[] History => Text(CommandField.History).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Where its keys are.</summary>
    public ReadOnlySpan<KeySpec> KeySpecs => _keySpecs ??= KeySpecParser.Parse(Text(CommandField.Keys), out _);

    /// <summary>Its arguments.</summary>
    public CommandSyntax Syntax => _syntax ??= CommandSyntaxParser.Parse(SyntaxText, KeySpecs.Length, out _) ?? new CommandSyntax([]);

    /// <summary>The name in capitals, without its container's: what stands in logs and goes to replicas.</summary>
    internal byte[] OwnName { get; }

    /// <summary>
    /// Whether calls are usually too short to be worth timing one by one. Those of SET are, although what it replaces may take time to free: of that, the
    /// longest part is another thread's.
    /// </summary>
    internal bool IsQuick { get; }

    /// <summary>The argument in which the command most likely names a member of the collection under its first key; 0: none. A hint for looking ahead.</summary>
    internal int MemberArgument { get; }

    /// <summary>Whether a request with this many arguments (all names included) is allowed by the arity.</summary>
    public bool AcceptsCount(int count) => Arity >= 0 ? count == Arity : count >= -Arity;

    /// <summary>Finds a subcommand by its own name in any case.</summary>
    public CommandDescriptor? FindSubcommand(ReadOnlySpan<byte> name) => _subcommandIndex?.Find(name);

    /// <summary>
    /// Collects the keys of a request to this command. False when its arguments make no sense. A request without keys is true with an
    /// empty list.
    /// </summary>
    public bool TryGetKeys(CommandArguments arguments, ref KeyList keys)
    {
        keys.Clear();
        if (KeySpecs.IsEmpty)
        {
            return true;
        }

        // Specifications are preferred where they are exact; an extractor knows the options that they cannot.
        bool exact = true;
        foreach (KeySpec spec in KeySpecs)
        {
            exact &= (spec.Flags & KeySpecFlags.VariableFlags) == 0;
        }

        if ((exact || _extractor is null) && KeyExtraction.TryCollect(KeySpecs, arguments, ref keys))
        {
            return true;
        }

        return _extractor is not null && _extractor(arguments, ref keys);
    }

    /// <summary>
    /// Collects the keys that a request may touch as far as they can be told: those of a request that makes no sense too, because a command may still do
    /// something with it.
    /// </summary>
    internal void GetKnownKeys(CommandArguments arguments, ref KeyList keys)
    {
        if (!TryGetKeys(arguments, ref keys))
        {
            keys.Clear();
            KeyExtraction.Collect(KeySpecs, arguments, ref keys);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal void SetSubcommands(CommandDescriptor[] subcommands)
    {
        _subcommands = subcommands;
        _subcommandIndex = new CommandNameIndex();
        foreach (CommandDescriptor subcommand in subcommands)
        {
            _subcommandIndex.Add(subcommand.OwnName, subcommand);
        }
    }

    private static int MemberArgumentOf(CommandDescriptor command)
    {
        bool isOnMembers = command.Group is CommandGroup.Set or CommandGroup.Hash or CommandGroup.SortedSet && (command.Flags & CommandFlags.Fast) != 0
            && command.FirstKey == 1 && command.LastKey == 1 && Math.Abs(command.Arity) > 2;
        return !isOnMembers ? 0 : command.Name is "zadd" or "zincrby" ? 3 : 2;
    }

    private string Text(CommandField field) => Encoding.UTF8.GetString(_record.Bytes(_set.Text, field));
}
