using System.Text;
using System.Text.Json;
using Spinel.Dashboard.Channels;

namespace Spinel.Dashboard.Sockets;

/// <summary>A frame that makes no sense; the text says why.</summary>
internal sealed class FrameException(string message) : Exception(message);

/// <summary>Reads the parts of the frames that browsers send.</summary>
internal static class ClientFrame
{
    private const int MaxArguments = 1 << 20;
    private const int MaxNameLength = 64;

    /// <exception cref="FrameException">It is no JSON object.</exception>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> frame)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(frame, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new FrameException("a frame is not a JSON object");
    }

    /// <summary>The number by which the browser knows what it has asked for.</summary>
    internal static long Id(JsonElement frame) =>
        frame.TryGetProperty("id"u8, out JsonElement id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out long value)
            ? value
            : throw new FrameException("a frame has no id");

    /// <summary>A member that is a short text; null: there is none.</summary>
    internal static string? Name(JsonElement frame, ReadOnlySpan<byte> member)
    {
        if (!frame.TryGetProperty(member, out JsonElement element) || element.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return element.ValueKind == JsonValueKind.String && Text(element) is { Length: > 0 and <= MaxNameLength } name
            ? name
            : throw new FrameException($"{Encoding.UTF8.GetString(member)} must be a text of at most {MaxNameLength} characters");
    }

    /// <summary>A member that is a whole number within bounds; <paramref name="ifAbsent"/>: there is none.</summary>
    internal static long Number(JsonElement frame, ReadOnlySpan<byte> member, long ifAbsent, long min, long max)
    {
        if (!frame.TryGetProperty(member, out JsonElement element))
        {
            return ifAbsent;
        }

        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long value) && value >= min && value <= max
            ? value
            : throw new FrameException($"{Encoding.UTF8.GetString(member)} must be a number from {min} to {max}");
    }

    /// <summary>A member that is a list of texts or of bytes in base64; empty: there is none.</summary>
    internal static byte[][] Strings(JsonElement frame, ReadOnlySpan<byte> member, int maxCount)
    {
        if (!frame.TryGetProperty(member, out JsonElement list) || list.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > maxCount)
        {
            throw new FrameException($"{Encoding.UTF8.GetString(member)} must be a list of at most {maxCount} texts");
        }

        return [.. list.EnumerateArray().Select(Bytes)];
    }

    /// <summary>The arguments of a command.</summary>
    internal static byte[][] Command(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MaxArguments)
        {
            throw new FrameException("a command must be a list of arguments");
        }

        var arguments = new byte[list.GetArrayLength()][];
        int count = 0;
        foreach (JsonElement argument in list.EnumerateArray())
        {
            arguments[count++] = Bytes(argument);
        }

        return arguments;
    }

    /// <summary>Adds a command to what is sent to the engine.</summary>
    internal static void Add(ref RequestBytes request, byte[][] arguments)
    {
        request.Begin(arguments.Length);
        foreach (byte[] argument in arguments)
        {
            request.Add(argument);
        }
    }

    private static byte[] Bytes(JsonElement argument)
    {
        switch (argument.ValueKind)
        {
            case JsonValueKind.String:
                return Encoding.UTF8.GetBytes(Text(argument));
            case JsonValueKind.Number:
                return Encoding.UTF8.GetBytes(argument.GetRawText());
            case JsonValueKind.Object when argument.TryGetProperty("base64"u8, out JsonElement encoded) && encoded.ValueKind == JsonValueKind.String:
                return encoded.TryGetBytesFromBase64(out byte[]? bytes) ? bytes : throw new FrameException("an argument is not base64");
            default:
                throw new FrameException("arguments must be texts or {\"base64\":…}");
        }
    }

    private static string Text(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new FrameException("a text is not valid Unicode");
        }
    }
}
