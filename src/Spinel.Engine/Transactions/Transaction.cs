using Spinel.Engine.Dispatch;
using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Transactions;

/// <summary>
/// The commands that a client has queued between MULTI and EXEC. Their arguments lie one behind the other in one native buffer, so that a queued
/// command costs a copy of its bytes and nothing for the garbage collector to look at.
/// </summary>
internal sealed class Transaction : IDisposable
{
    /// <summary>Ranges hold 32-bit offsets; the rest is room for the buffer to grow into.</summary>
    private const int MaxBytes = NativeBuffer.LargestCapacity - (64 << 20);

    private const int KeptBytes = 16 * 1024;
    private const int KeptCommands = 1024;

    private readonly NativeBuffer _bytes;
    private readonly ArgumentList _arguments = new();
    private readonly List<QueuedCommand> _commands = [];

    public Transaction(NativeHeap heap) => _bytes = new NativeBuffer(heap);

    /// <summary>The number of commands queued.</summary>
    public int Count => _commands.Count;

    /// <summary>The flags of all commands queued, united: what EXEC may do.</summary>
    public CommandFlags Flags { get; private set; }

    /// <summary>A command was refused while queueing: EXEC will refuse the whole.</summary>
    public bool IsAborted { get; set; }

    /// <summary>Memory held for the queue.</summary>
    public long MemoryBytes => _bytes.Capacity + ((long)_arguments.Capacity * 8) + ((long)_commands.Capacity * 16);

    public QueuedCommand this[int index] => _commands[index];

    /// <summary>The bytes that the ranges of <see cref="ArgumentsOf"/> lie in.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public ReadOnlySpan<ArgumentRange> ArgumentsOf(QueuedCommand queued) => _arguments.AsSpan().Slice(queued.FirstArgument, queued.ArgumentCount);

    /// <summary>Queues the request of <paramref name="c"/>. False when the queue is full.</summary>
    public bool TryQueue(scoped ref CommandContext c)
    {
        long size = 0;
        for (int i = 0; i < c.Count; i++)
        {
            size += c[i].Length;
        }

        if (_bytes.Length + size > MaxBytes)
        {
            return false;
        }

        int first = _arguments.Count;
        _bytes.EnsureCapacity(_bytes.Length + (int)size);
        for (int i = 0; i < c.Count; i++)
        {
            _arguments.Add(new ArgumentRange(_bytes.Length, c[i].Length));
            _bytes.Append(c[i]);
        }

        _commands.Add(new QueuedCommand(c.Command, first, c.Count));
        Flags |= c.Command.Flags;
        return true;
    }

    /// <summary>Drops everything, keeping room for a transaction of usual size.</summary>
    public void Clear()
    {
        _bytes.Clear();
        if (_bytes.Capacity > KeptBytes)
        {
            _bytes.Dispose();
        }

        _arguments.Clear();
        if (_arguments.Capacity > KeptCommands || _commands.Capacity > KeptCommands)
        {
            _arguments.TrimExcess();
            _commands.Clear();
            _commands.TrimExcess();
        }

        _commands.Clear();
        Flags = CommandFlags.None;
        IsAborted = false;
    }

    public void Dispose() => _bytes.Dispose();
}

/// <summary>One command of a <see cref="Transaction"/>.</summary>
internal readonly record struct QueuedCommand(CommandDescriptor Command, int FirstArgument, int ArgumentCount);
