using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Spinel.Engine.Sessions;

namespace Spinel.Hosting.Transport;

/// <summary>Hands what a session has to send to the kernel: one system call for up to so many segments, without a copy.</summary>
internal sealed unsafe class SegmentSender
{
    private const int SegmentsPerSend = 64;
    private readonly OutputSegment[] _segments = new OutputSegment[SegmentsPerSend];

    /// <returns>The number of bytes that the kernel has taken; negative for an error.</returns>
    internal nint Send(int descriptor, OutputBuffer output) =>
        output.ChunkCount > 1 ? SendSegments(descriptor, output) : SendFirst(descriptor, output);

    private static nint SendFirst(int descriptor, OutputBuffer output)
    {
        ReadOnlySpan<byte> segment = output.FirstSegment;
        fixed (byte* buffer = segment)
        {
            // The kernel reads segment.Length bytes, the bound of the pinned span.
            return Libc.Send(descriptor, buffer, (nuint)segment.Length, Libc.MSG_NOSIGNAL);
        }
    }

    private nint SendSegments(int descriptor, OutputBuffer output)
    {
        int count = output.GetSegments(_segments);
        var vectors = stackalloc Libc.IoVector[SegmentsPerSend];
        for (int i = 0; i < count; i++)
        {
            // Chunks are native memory, so the addresses hold; each vector ends within its chunk, or Slice would throw.
            ReadOnlySpan<byte> bytes = _segments[i].Chunk.Span.Slice(_segments[i].Offset, _segments[i].Length);
            vectors[i] = new Libc.IoVector { Base = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)), Length = (nuint)bytes.Length };
        }

        var message = new Libc.MessageHeader { Vectors = vectors, VectorCount = (nuint)count };
        return Libc.SendMessage(descriptor, &message, Libc.MSG_NOSIGNAL);
    }
}
