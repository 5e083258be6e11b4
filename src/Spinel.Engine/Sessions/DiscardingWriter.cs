using System.Buffers;

namespace Spinel.Engine.Sessions;

/// <summary>Swallows what is written: the replies of a client that asked for none.</summary>
internal sealed class DiscardingWriter : IBufferWriter<byte>
{
    private byte[] _scratch = new byte[4096];

    public void Advance(int count)
    {
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => Scratch(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => Scratch(sizeHint);

    private byte[] Scratch(int size)
    {
        if (_scratch.Length < size)
        {
            _scratch = new byte[size];
        }

        return _scratch;
    }
}
