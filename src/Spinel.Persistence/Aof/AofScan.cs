using Spinel.Protocol;

namespace Spinel.Persistence.Aof;

/// <summary>What a look at a file of the log, without running it, has found.</summary>
/// <param name="ValidBytes">How far it is a sequence of whole requests and whole transactions.</param>
/// <param name="TotalBytes">The file's length.</param>
/// <param name="Requests">The number of requests up to there.</param>
/// <param name="Problem">What is wrong behind it; null when nothing is.</param>
internal sealed record AofScanResult(long ValidBytes, long TotalBytes, long Requests, string? Problem);

/// <summary>Reads a file of the log for its form only.</summary>
internal static class AofScan
{
    private const int ReadBytes = 1 << 20;

    /// <summary>Where the transaction begins that the file ends in.</summary>
    /// <param name="path">The file.</param>
    /// <param name="from">A place before it, between two requests.</param>
    public static long TransactionStart(string path, long from) => Scan(path, from).ValidBytes;

    /// <summary>Reads the requests of a file from a place between two of them.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static AofScanResult Scan(string path, long from)
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
                return new AofScanResult(valid, file.Length, requests, problem);
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

                requests++;
                ReadOnlySpan<byte> name = buffer.AsSpan(arguments[0].Offset, arguments[0].Length);
                inTransaction = (inTransaction || System.Text.Ascii.EqualsIgnoreCase(name, "MULTI"u8)) && !System.Text.Ascii.EqualsIgnoreCase(name, "EXEC"u8);
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
}
