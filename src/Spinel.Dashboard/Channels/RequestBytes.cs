using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Spinel.Dashboard.Channels;

/// <summary>Puts requests together as the wire has them, in a rented array.</summary>
internal struct RequestBytes
{
    private byte[] _bytes;
    private int _length;

    /// <summary>Begins a request of so many arguments.</summary>
    internal void Begin(int count) => Header((byte)'*', count);

    /// <summary>Adds an argument.</summary>
    internal void Add(ReadOnlySpan<byte> argument)
    {
        Header((byte)'$', argument.Length);
        argument.CopyTo(Room(argument.Length + 2));
        _length += argument.Length;
        EndLine();
    }

    /// <summary>A request of texts.</summary>
    internal static ArraySegment<byte> Of(params ReadOnlySpan<string> arguments)
    {
        var request = default(RequestBytes);
        request.Begin(arguments.Length);
        foreach (string argument in arguments)
        {
            request.Add(Encoding.UTF8.GetBytes(argument));
        }

        return request.Take();
    }

    /// <summary>The bytes, whose array the caller returns to the shared pool or hands on.</summary>
    internal ArraySegment<byte> Take()
    {
        var taken = new ArraySegment<byte>(_bytes, 0, _length);
        this = default;
        return taken;
    }

    private void Header(byte type, int number)
    {
        Span<byte> room = Room(16);
        room[0] = type;
        Utf8Formatter.TryFormat(number, room[1..], out int digits);
        _length += 1 + digits;
        EndLine();
    }

    private void EndLine()
    {
        Room(2);
        _bytes[_length++] = (byte)'\r';
        _bytes[_length++] = (byte)'\n';
    }

    private Span<byte> Room(int count)
    {
        if (_bytes is null || _bytes.Length - _length < count)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, Math.Max(2 * _length, _length + count)));
            if (_bytes is not null)
            {
                _bytes.AsSpan(0, _length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            _bytes = larger;
        }

        return _bytes.AsSpan(_length);
    }
}
