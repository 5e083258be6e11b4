using System.Text;

namespace Spinel.Protocol.Tests;

/// <summary>Feeds bytes to a parser in chosen pieces, as a connection would, and collects what comes out as text.</summary>
internal sealed class RequestStream(RequestLimits limits)
{
    private readonly ArgumentList _arguments = new();
    private RequestParser _parser;
    private byte[] _pending = [];

    /// <summary>One line per request (arguments in brackets), <c>empty</c>, or the error's text.</summary>
    public List<string> Events { get; } = [];

    /// <summary>The bytes received and not consumed.</summary>
    public int PendingLength => _pending.Length;

    public bool Failed { get; private set; }

    public RequestParser Parser => _parser;

    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public static byte[] Array(params byte[][] arguments)
    {
        List<byte> wire = [.. Bytes($"*{arguments.Length}\r\n")];
        foreach (byte[] argument in arguments)
        {
            wire.AddRange(Bytes($"${argument.Length}\r\n"));
            wire.AddRange(argument);
            wire.AddRange("\r\n"u8);
        }

        return [.. wire];
    }

    public static string Describe(IEnumerable<byte[]> arguments) =>
        string.Concat(arguments.Select(argument => $"[{Encoding.Latin1.GetString(argument)}]"));

    /// <summary>What a stream gives when it arrives in pieces that end at the given offsets.</summary>
    public static List<string> Read(byte[] wire, RequestLimits limits, params int[] cuts)
    {
        RequestStream stream = new(limits);
        int from = 0;
        foreach (int cut in cuts.Append(wire.Length))
        {
            stream.Receive(wire.AsSpan(from, cut - from));
            from = cut;
        }

        return stream.Events;
    }

    public static List<string> Read(string wire) => Read(Bytes(wire), RequestLimits.Default);

    /// <summary>
    /// Takes more bytes. They land in a new array that is exactly as long as the data (a read too far throws) and whose
    /// content starts at another offset than before (as when a transport compacts its buffer).
    /// </summary>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        if (Failed)
        {
            return;
        }

        int position = bytes.Length % 3;
        byte[] buffer = new byte[position + _pending.Length + bytes.Length];
        _pending.CopyTo(buffer, position);
        bytes.CopyTo(buffer.AsSpan(position + _pending.Length));
        while (true)
        {
            int before = position;
            ParseStatus status = _parser.Parse(buffer, ref position, _arguments, limits);
            switch (status)
            {
                case ParseStatus.Complete:
                    Assert.True(position > before);
                    Events.Add(Describe(Arguments(buffer)));
                    break;
                case ParseStatus.Empty:
                    Assert.True(position > before);
                    Events.Add("empty");
                    break;
                case ParseStatus.Error:
                    Assert.Equal(before, position);
                    Events.Add(_parser.Error.ToString());
                    Failed = true;
                    return;
                default:
                    Assert.Equal(before, position);
                    Assert.True(_parser.BytesWanted > 0);
                    _pending = buffer[position..];
                    return;
            }
        }
    }

    private List<byte[]> Arguments(byte[] buffer)
    {
        List<byte[]> arguments = [];
        foreach (ArgumentRange range in _arguments.AsSpan())
        {
            arguments.Add(range.In(buffer).ToArray());
        }

        return arguments;
    }
}
