using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Security;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Statistics;

/// <summary>
/// A command in the slow log. Of its arguments it keeps what tells them apart: not more than 32, not more than 128 bytes of each, and no secrets.
/// </summary>
public sealed class SlowLogEntry
{
    private const int MaxArguments = 32;
    private const int MaxArgumentBytes = 128;

    /// <summary>Room for the words that stand for what is left out.</summary>
    private const int MaxRemarkBytes = 64;

    private readonly int[] _ends = new int[MaxArguments];
    private byte[] _bytes = [];

    /// <summary>The number of the entry, which grows from one to the next.</summary>
    public long Id { get; private set; }

    /// <summary>When the command was done, in Unix seconds.</summary>
    public long UnixSeconds { get; private set; }

    /// <summary>How long it ran.</summary>
    public long RunMicroseconds { get; private set; }

    /// <summary>
    /// How long it waited before it ran, since it was received: for the commands before it, for a key, or for the end of a pause.
    /// </summary>
    public long WaitMicroseconds { get; private set; }

    /// <summary>Where the client is.</summary>
    public string ClientAddress { get; private set; } = "";

    /// <summary>What the client calls itself.</summary>
    public byte[] ClientName { get; private set; } = [];

    /// <summary>The number of arguments kept, the command's name included.</summary>
    public int ArgumentCount { get; private set; }

    /// <summary>An argument as it is kept.</summary>
    public ReadOnlySpan<byte> Argument(int index) => _bytes.AsSpan((index == 0 ? 0 : _ends[index - 1]).._ends[index]);

    internal void Set(long id, long unixSeconds, long runMicroseconds, long waitMicroseconds, Session session)
    {
        Id = id;
        UnixSeconds = unixSeconds;
        RunMicroseconds = runMicroseconds;
        WaitMicroseconds = waitMicroseconds;
        ClientAddress = session.Connection.RemoteAddress;
        ClientName = session.Name;
    }

    internal void CopyArguments(CommandDescriptor command, CommandArguments arguments)
    {
        ArgumentCount = Math.Min(arguments.Count, MaxArguments);
        int end = 0;
        for (int i = 0; i < ArgumentCount; i++)
        {
            if (_bytes.Length < end + MaxArgumentBytes + MaxRemarkBytes)
            {
                Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, end + MaxArgumentBytes + MaxRemarkBytes));
            }

            end += i == MaxArguments - 1 && arguments.Count > MaxArguments
                ? Remark(_bytes.AsSpan(end), arguments.Count - MaxArguments + 1, "arguments")
                : Copy(command, arguments, i, _bytes.AsSpan(end));
            _ends[i] = end;
        }
    }

    private static int Copy(CommandDescriptor command, CommandArguments arguments, int index, Span<byte> target)
    {
        if (SensitiveArguments.IsSensitive(command, arguments, index))
        {
            SensitiveArguments.Replacement.CopyTo(target);
            return SensitiveArguments.Replacement.Length;
        }

        ReadOnlySpan<byte> argument = arguments[index];
        if (argument.Length <= MaxArgumentBytes)
        {
            argument.CopyTo(target);
            return argument.Length;
        }

        argument[..MaxArgumentBytes].CopyTo(target);
        return MaxArgumentBytes + Remark(target[MaxArgumentBytes..], argument.Length - MaxArgumentBytes, "bytes");
    }

    private static int Remark(Span<byte> target, int left, string what)
    {
        Utf8.TryWrite(target, CultureInfo.InvariantCulture, $"... ({left} more {what})", out int written);
        return written;
    }
}
