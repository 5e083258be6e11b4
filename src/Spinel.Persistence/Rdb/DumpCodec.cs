using System.Buffers.Binary;
using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Memory;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// Makes the payloads of DUMP, and keys of those of RESTORE: type and value as in an RDB file, then the version of the format (two bytes) and a checksum
/// of all before it (eight bytes), little-endian.
/// </summary>
public sealed class DumpCodec : IDisposable
{
    private const int VersionBytes = sizeof(ushort);
    private const int FooterBytes = VersionBytes + RdbFormat.ChecksumBytes;
    private const int KeptBytes = 1 << 20;

    private readonly SpinelEngine _engine;
    private readonly RdbValueWriter _writer;
    private readonly RdbValueReader _reader;
    private readonly RdbScratch _scratch;
    private readonly NativeBuffer _payload;
    private RdbChunk? _chunk;

    public DumpCodec(SpinelEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _engine = engine;
        _writer = new RdbValueWriter(engine.Heap);
        _reader = new RdbValueReader(engine);
        _scratch = new RdbScratch(engine.Heap);
        _payload = new NativeBuffer(engine.Heap);
    }

    /// <summary>The payload of a key, valid until the next call.</summary>
    public ReadOnlySpan<byte> Dump(KeyBlock block)
    {
        if (_payload.Capacity > KeptBytes)
        {
            _payload.Dispose();
        }

        _payload.Clear();
        RdbChunk chunk = _chunk ??= new RdbChunk();
        var encoder = new RdbEncoder(_payload, _engine.Options.RdbCompression);
        _writer.BeginValue(block);
        bool isComplete;
        do
        {
            chunk.Clear();
            isComplete = _writer.WriteSome(chunk);
            encoder.Write(chunk);
        }
        while (!isComplete);

        Span<byte> footer = _payload.GetSpan(FooterBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(footer, (ushort)RdbValueWriter.VersionOf(block));
        _payload.Advance(VersionBytes);
        ulong checksum = Crc64.Append(0, _payload.WrittenSpan);
        BinaryPrimitives.WriteUInt64LittleEndian(_payload.GetSpan(RdbFormat.ChecksumBytes), checksum);
        _payload.Advance(RdbFormat.ChecksumBytes);
        return _payload.WrittenSpan;
    }

    /// <summary>Whether these bytes end in a version that can be read and in the right checksum.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < FooterBytes || !RdbFormat.IsKnown(VersionOf(payload)))
        {
            return false;
        }

        int summed = payload.Length - RdbFormat.ChecksumBytes;
        return Crc64.Append(0, payload[..summed]) == BinaryPrimitives.ReadUInt64LittleEndian(payload[summed..]);
    }

    /// <summary>Makes a key of a payload that <see cref="IsIntact"/>.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="key">The name of the key.</param>
    /// <param name="expiryMs">When it expires, or <see cref="KeyBlock.NoExpiry"/>.</param>
    /// <param name="block">The key, the caller's to store.</param>
    /// <returns>False when the value is damaged, empty, or of an unknown type.</returns>
    public bool TryRestore(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key, long expiryMs, out KeyBlock block)
    {
        block = default;
        var reader = new RdbReader(payload[..^FooterBytes], _scratch);
        try
        {
            block = _reader.Read(ref reader, (RdbType)reader.ReadByte(), VersionOf(payload), key, expiryMs);
        }
        catch (RdbFormatException e)
        {
            _engine.Log.Write(ServerLogLevel.Warning, "A payload of RESTORE is damaged: " + e.Message);
        }

        _scratch.Trim();
        return !block.IsNull;
    }

    public void Dispose()
    {
        _scratch.Dispose();
        _payload.Dispose();
    }

    /// <summary>The version of the format that a payload is in, if it <see cref="IsIntact"/>.</summary>
    public static int VersionOf(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadUInt16LittleEndian(payload[^FooterBytes..]);
}
