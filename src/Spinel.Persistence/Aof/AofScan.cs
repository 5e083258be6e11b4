using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Persistence.Aof;

/// <summary>What a look at a file of the log, without running it, has found.</summary>
/// <param name="ValidBytes">How far it is a sequence of whole requests and whole transactions.</param>
/// <param name="TotalBytes">The file's length.</param>
/// <param name="Requests">The number of requests up to there.</param>
/// <param name="Problem">What is wrong behind it; null when nothing is.</param>
/// <param name="IsTorn">Whether that is an end in the middle, as a crash leaves it, so that nothing whole follows.</param>
internal sealed record AofScanResult(long ValidBytes, long TotalBytes, long Requests, string? Problem, bool IsTorn = false);

/// <summary>Reads a file of the log for its form, and for commands that no server has.</summary>
internal static class AofScan
{
    private const int ReadBytes = 1 << 20;
    private const int MaxShownName = 64;

    /// <summary>Where the transaction begins that the file ends in.</summary>
    /// <param name="path">The file.</param>
    /// <param name="from">A place before it, between two requests.</param>
    public static long TransactionStart(string path, long from) => Scan(path, from).ValidBytes;

    /// <summary>Reads the requests of a file from a place between two of them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="from">The place.</param>
    /// <param name="commands">The commands that there are; null when only the form counts.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static AofScanResult Scan(string path, long from, IReadOnlyList<CommandTable>? commands = null)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        file.Position = from;
        var parser = new RequestParser();
        var arguments = new ArgumentList();
        byte[] buffer = new byte[ReadBytes];
        int length = 0;
        long start = from;
        long valid = from;
        long requests = 0;
        bool inTransaction = false;
        while (true)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(Array.MaxLength, buffer.Length * 2L));
            }

            int read = file.Read(buffer, length, buffer.Length - length);
            if (read == 0)
            {
                string? problem = length > 0 ? "the last request is not complete" : inTransaction ? "the last transaction is not complete" : null;
                return new AofScanResult(valid, file.Length, requests, problem, IsTorn: true);
            }

            length += read;
            int position = 0;
            parser.Reset();
            while (position < length)
            {
                int before = position;
                bool isArray = buffer[position] == (byte)'*';
                bool isComment = buffer[position] == (byte)'#';
                arguments.Clear();
                ParseStatus status = parser.Parse(buffer.AsSpan(0, length), ref position, arguments, RequestLimits.Default);
                if (status == ParseStatus.Incomplete)
                {
                    position = before;
                    break;
                }

                if (status == ParseStatus.Error || (!isArray && !isComment))
                {
                    return new AofScanResult(valid, file.Length, requests, $"at offset {start + before} there is no request");
                }

                if (status == ParseStatus.Empty || isComment)
                {
                    // A line for those who read along is as valid as what it stands behind.
                    valid = inTransaction ? valid : start + position;
                    continue;
                }

                if (commands is not null && Refusal(commands, buffer, arguments) is { } refusal)
                {
                    return new AofScanResult(valid, file.Length, requests, $"at offset {start + before} there is {refusal}");
                }

                requests++;
                ReadOnlySpan<byte> name = buffer.AsSpan(arguments[0].Offset, arguments[0].Length);
                inTransaction = (inTransaction || Ascii.EqualsIgnoreCase(name, "MULTI"u8)) && !Ascii.EqualsIgnoreCase(name, "EXEC"u8);
                if (!inTransaction)
                {
                    valid = start + position;
                }
            }

            start += position;
            length -= position;
            Buffer.BlockCopy(buffer, position, buffer, 0, length);
            parser.Reset();
        }
    }
    /// <summary>Why a request would stop the start before it runs; null when it would not. Values are not looked at.</summary>
    private static string? Refusal(IReadOnlyList<CommandTable> commands, byte[] buffer, ArgumentList arguments)
    {
        ReadOnlySpan<byte> name = buffer.AsSpan(arguments[0].Offset, arguments[0].Length);
        CommandDescriptor? command = null;
        for (int i = 0; i < commands.Count && command is null; i++)
        {
            command = commands[i].Find(name) ?? commands[i].FindOriginal(name);
        }

        if (command is { HasSubcommands: true } && arguments.Count > 1)
        {
            ReadOnlySpan<byte> second = buffer.AsSpan(arguments[1].Offset, arguments[1].Length);
            command = command.FindSubcommand(second) ?? (command.Handler is null ? null : command);
            if (command is null)
            {
                return $"a request with the unknown subcommand '{Shown(second)}' of '{Shown(name)}'";
            }
        }

        if (command is null)
        {
            return $"a request with the unknown command '{Shown(name)}'";
        }

        return command.Handler is not null && command.AcceptsCount(arguments.Count) ? null : $"a request with a wrong number of arguments for '{command.Name}'";
    }

    private static string Shown(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder();
        foreach (byte value in name[..Math.Min(name.Length, MaxShownName)])
        {
            text.Append(value is >= (byte)' ' and < 0x7F ? (char)value : '?');
        }

        return text.ToString();
    }
}
