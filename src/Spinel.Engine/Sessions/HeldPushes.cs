using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Sessions;

/// <summary>
/// What a client is to be sent besides its replies while a command of its own runs: a reply writer is at work on its output then, and a message must not come
/// in the middle of a reply. It follows when the command, or transaction, is complete.
/// </summary>
internal sealed class HeldPushes(NativeHeap heap) : IDisposable
{
    private readonly NativeBuffer _bytes = new(heap);

    public bool IsEmpty => _bytes.Length == 0;

    /// <summary>Adds a message, unless the client has more waiting than it may: then it is cut off.</summary>
    public void Add(ReadOnlySpan<byte> message, OutputBuffer output)
    {
        // A transaction can publish to its own client more than that may have waiting.
        if (output.Length + _bytes.Length > output.Limits.HardBytes || _bytes.Length > NativeBuffer.LargestCapacity / 2 - message.Length)
        {
            output.CutOff();
            return;
        }

        _bytes.Append(message);
    }

    /// <summary>Sends what has been held up, with the writer of the command that is complete.</summary>
    public void Release(ref ReplyWriter writer, OutputBuffer output, RespVersion version)
    {
        if (ReferenceEquals(writer.Sink, output))
        {
            writer.Raw(_bytes.WrittenSpan);
        }
        else
        {
            // The command's own writer throws everything away.
            var direct = new ReplyWriter(output, version);
            direct.Raw(_bytes.WrittenSpan);
            direct.Flush();
        }

        _bytes.Dispose();
    }

    public void Dispose() => _bytes.Dispose();
}
