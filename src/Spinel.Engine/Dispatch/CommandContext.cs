using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Engine.Sessions;
using Spinel.Protocol;

namespace Spinel.Engine;

/// <summary>
/// One call of a command: its arguments, the client it came from, the data it works on, and where its reply goes.
/// Lives on the stack and is reused for the commands of a batch.
/// </summary>
public ref struct CommandContext
{
    private readonly ReadOnlySpan<byte> _buffer;
    private ReadOnlySpan<ArgumentRange> _arguments;
    private int _hashedArgument;
    private ulong _hash;

    /// <summary>The reply goes here.</summary>
    public ReplyWriter Reply;

    internal CommandContext(SpinelEngine engine, Session session, ReadOnlySpan<byte> buffer, ReplyWriter reply)
    {
        Engine = engine;
        Session = session;
        Keyspace = engine.Keyspace;
        _buffer = buffer;
        Reply = reply;
        Command = null!;
    }

    public SpinelEngine Engine { get; }

    public Session Session { get; }

    public Keyspace Keyspace { get; }

    /// <summary>The command that runs; of a subcommand, the subcommand's own descriptor.</summary>
    public CommandDescriptor Command { get; private set; }

    /// <summary>The number of arguments, the command's name included.</summary>
    public readonly int Count => _arguments.Length;

    /// <summary>The database that the client has selected.</summary>
    public readonly Database Database => Keyspace[Session.DatabaseIndex];

    public readonly long NowMs => Engine.Clock.NowMs;

    /// <summary>True once the command has replied with an error.</summary>
    public bool Failed { get; private set; }

    /// <summary>How the command enters the effect stream.</summary>
    internal EffectForm EffectForm { get; private set; }

    /// <summary>Argument <paramref name="index"/>; 0 is the command's name. Valid until the command returns.</summary>
    public readonly ReadOnlySpan<byte> this[int index] => _buffer.Slice(_arguments[index].Offset, _arguments[index].Length);

    /// <summary>All arguments, the command's name first.</summary>
    internal readonly CommandArguments Arguments => new(_buffer, _arguments);

    /// <summary>The bytes in which the arguments lie.</summary>
    internal readonly ReadOnlySpan<byte> Buffer => _buffer;

    internal void Bind(CommandDescriptor command, ReadOnlySpan<ArgumentRange> arguments, int hashedArgument, ulong hash)
    {
        Command = command;
        _arguments = arguments;
        _hashedArgument = hashedArgument;
        _hash = hash;
        Failed = false;
        EffectForm = EffectForm.Verbatim;
    }

    /// <summary>Makes the call one of another command, whose name is argument <paramref name="index"/>.</summary>
    internal void BindRest(CommandDescriptor command, int index) => Bind(command, _arguments[index..], -1, 0);

    /// <summary>True when argument <paramref name="index"/> is <paramref name="word"/> (in capitals), in any case.</summary>
    public readonly bool Is(int index, ReadOnlySpan<byte> word) => AsciiText.EqualsIgnoreCase(this[index], word);

    /// <summary>Reads an integer argument; replies with an error and returns false when it is none.</summary>
    public bool TryInteger(int index, out long value)
    {
        if (Int64Text.TryParse(this[index], out value))
        {
            return true;
        }

        Error(Errors.NotAnInteger);
        return false;
    }

    /// <summary>
    /// Reads an integer argument of 32 bits; replies with an error and returns false when it is none: with <paramref name="error"/>, or, when that
    /// is empty, with the one that fits.
    /// </summary>
    public bool TryInt32(int index, out int value, ReadOnlySpan<byte> error = default)
    {
        bool isInteger = Int64Text.TryParse(this[index], out long wide);
        value = unchecked((int)wide);
        if (isInteger && value == wide)
        {
            return true;
        }

        Error(!error.IsEmpty ? error : isInteger ? Errors.OutOfInt32Range : Errors.NotAnInteger);
        return false;
    }

    /// <summary>Reads the number of a database; replies with an error and returns false when there is no such database.</summary>
    public bool TryDatabase(int index, out int database)
    {
        if (!TryInt32(index, out database))
        {
            return false;
        }

        if ((uint)database < (uint)Keyspace.DatabaseCount)
        {
            return true;
        }

        Error(Errors.DatabaseOutOfRange);
        return false;
    }

    /// <summary>Replies with an error, text without the minus.</summary>
    public void Error(ReadOnlySpan<byte> text)
    {
        Failed = true;
        if (Session.Feed is { } feed)
        {
            // Nobody is sent it, but the log tells.
            feed.LastError = System.Text.Encoding.Latin1.GetString(text);
        }

        Engine.Statistics.TotalErrorReplies++;
        Engine.Statistics.Errors.Add(text);
        Reply.Error(text);
    }

    /// <summary>The hash of the key at argument <paramref name="index"/>; that of the first key is known from the look-ahead.</summary>
    public readonly ulong HashOf(int index) => index == _hashedArgument ? _hash : Database.Keys.Hash(this[index]);

    /// <summary>Looks up the key at argument <paramref name="index"/> for reading; null when it does not exist.</summary>
    public readonly KeyBlock Find(int index, LookupFlags flags = LookupFlags.None) =>
        Keyspace.Find(Database, this[index], HashOf(index), flags | Session.LookupFlags);

    /// <summary>As <see cref="TryFind"/>, for a string.</summary>
    public bool TryFindString(int index, out KeyBlock block) => TryFind(index, ValueKind.String, out block);

    /// <summary>
    /// Looks up a value of one kind for reading. Returns false, having replied WRONGTYPE, when the key holds something else;
    /// <paramref name="block"/> is null when it does not exist.
    /// </summary>
    public bool TryFind(int index, ValueKind kind, out KeyBlock block)
    {
        block = Find(index);
        if (block.IsNull || block.Kind == kind)
        {
            return true;
        }

        Error(Errors.WrongType);
        return false;
    }

    /// <summary>Opens the key at argument <paramref name="index"/> for writing.</summary>
    public readonly KeyWriter OpenForWrite(int index) =>
        Keyspace.OpenForWrite(Database, this[index], HashOf(index), Session.LookupFlags);

    /// <summary>As <see cref="TryOpen"/>, for a string.</summary>
    public bool TryOpenString(int index, out KeyWriter writer) => TryOpen(index, ValueKind.String, out writer);

    /// <summary>Opens a key for writing that must hold one kind of value or be absent; false after replying WRONGTYPE.</summary>
    public bool TryOpen(int index, ValueKind kind, out KeyWriter writer)
    {
        writer = OpenForWrite(index);
        if (!writer.Exists || writer.Block.Kind == kind)
        {
            return true;
        }

        Error(Errors.WrongType);
        return false;
    }

    /// <summary>Starts an effect that replaces the command; its arguments are added to the stream returned.</summary>
    public EffectStream BeginEffect(ReadOnlySpan<byte> name) => BeginEffect(name, Session.DatabaseIndex);

    public EffectStream BeginEffect(ReadOnlySpan<byte> name, int database)
    {
        EffectForm = EffectForm.Recorded;
        EffectStream effects = Keyspace.Effects;
        effects.Begin(database);
        effects.Add(name);
        return effects;
    }

    /// <summary>Starts an effect that says what no old command says: see <see cref="Note"/>. The name of a command that <see cref="Note"/> knows is its first argument.</summary>
    public EffectStream BeginNote(ReadOnlySpan<byte> name)
    {
        EffectStream effects = BeginEffect("COMMAND"u8);
        effects.Add("INFO"u8);
        effects.Add(name);
        return effects;
    }

    /// <summary>Keeps the command itself out of the effect stream; what it records itself is all there is.</summary>
    internal void SuppressEffect() => EffectForm = EffectForm.Recorded;

    /// <summary>Enters the command into the effect stream as it was sent, whether it changed anything or not (FLUSHALL of nothing).</summary>
    internal void RecordAlways()
    {
        EffectForm = EffectForm.Recorded;
        RecordVerbatim();
    }

    /// <summary>Enters the command as the client sent it into the effect stream.</summary>
    internal readonly void RecordVerbatim()
    {
        EffectStream effects = Keyspace.Effects;
        effects.Begin(Session.DatabaseIndex);
        for (int i = 0; i < _arguments.Length; i++)
        {
            effects.Add(this[i]);
        }
    }
}

/// <summary>How a command that changed something enters the effect stream.</summary>
internal enum EffectForm : byte
{
    /// <summary>As the client sent it.</summary>
    Verbatim,

    /// <summary>By the effects that the command recorded.</summary>
    Recorded,
}
