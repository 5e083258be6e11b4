using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Spinel.Insight.History;

/// <summary>
/// The file <c>spinel-history.bin</c>: the rings of a <see cref="SampleHistory"/>, column by column.
/// </summary>
/// <remarks>
/// <code>
/// "SPNLHIST", version u32, number of series u32, their names (length u8, UTF-8),
/// for each ring: step in seconds u32, first interval i64, number of intervals u32, for each series its column, CRC-32C of everything u32.
/// </code>
/// Numbers are little-endian. A value is written as the difference (exclusive or) of its bits from those of the value before: a byte that says how many of its four
/// bytes are zero at the top and at the bottom, and the bytes between; a run of equal values is one byte and its length. A server with nothing to do needs next to
/// nothing, a busy one about three bytes a value. Series are found by name, so that a file of another version is read as far as it goes.
/// </remarks>
internal static class HistoryFile
{
    public const string Name = "spinel-history.bin";

    private const uint Version = 1;
    private const string TemporarySuffix = ".tmp";
    private const byte RunMark = 0xFF;
    private const int MaxSeries = 1024;

    /// <summary>Intervals that may be written over while the file is, and would be missing in some of its columns.</summary>
    private const int PassingSlots = 4;

    private static ReadOnlySpan<byte> Magic => "SPNLHIST"u8;

    /// <summary>Writes the history to a temporary file and puts that in the place of the old one. May run on any thread.</summary>
    /// <exception cref="IOException">The disk refuses; the old file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory must not be written to.</exception>
    public static void Write(string path, SampleHistory history, byte[] buffer)
    {
        // Another server may have been started in the same directory: its file is then the last one's, but never a mixture.
        string temporary = $"{path}.{Guid.NewGuid():N}{TemporarySuffix}";
        try
        {
            WriteTo(temporary, history, buffer);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Removes what servers have left that died while they wrote; what may still be written to stays.</summary>
    public static void RemoveLeftovers(string path, DateTime nowUtc)
    {
        const int AgeMinutes = 10;
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".*" + TemporarySuffix))
        {
            if (nowUtc - File.GetLastWriteTimeUtc(file) > TimeSpan.FromMinutes(AgeMinutes))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Reads a history, as much of it as is for this version of the server.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message says where.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SampleHistory Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < Magic.Length + 12 || !bytes.AsSpan().StartsWith(Magic))
        {
            throw new InvalidDataException("it is not a history file");
        }

        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - sizeof(uint)));
        if (Checksum(0, bytes.AsSpan(0, bytes.Length - sizeof(uint))) != crc)
        {
            throw new InvalidDataException("its checksum does not match");
        }

        var input = new Input(bytes, Magic.Length, bytes.Length - sizeof(uint));
        if (input.UInt32() != Version)
        {
            throw new InvalidDataException("it is of another version");
        }

        uint count = input.UInt32();
        if (count > MaxSeries)
        {
            throw new InvalidDataException("it has too many series");
        }

        int[] ids = new int[count];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = SeriesCatalog.IndexOf(Encoding.ASCII.GetString(input.Bytes(input.Byte())));
        }

        var history = new SampleHistory();
        foreach (HistoryRing ring in history.Rings)
        {
            ReadRing(ref input, ring, ids);
        }

        return history;
    }

    private static void WriteTo(string temporary, SampleHistory history, byte[] buffer)
    {
        using var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var output = new Output(file, buffer);
        output.Bytes(Magic);
        output.UInt32(Version);
        output.UInt32((uint)SeriesCatalog.All.Count);
        foreach (Series series in SeriesCatalog.All)
        {
            output.Byte((byte)series.Name.Length);
            foreach (char c in series.Name)
            {
                output.Byte((byte)c);
            }
        }

        foreach (HistoryRing ring in history.Rings)
        {
            WriteRing(ref output, ring);
        }

        output.Finish();
        file.Flush(flushToDisk: true);
    }

    private static void WriteRing(ref Output output, HistoryRing ring)
    {
        (long oldest, long last) = ring.Range;
        int count = (int)(last - oldest + 1);
        count = count >= ring.Capacity - PassingSlots ? ring.Capacity - (2 * PassingSlots) : count;
        long first = last - count + 1;
        output.UInt32((uint)ring.StepSeconds);
        output.Int64(first);
        output.UInt32((uint)count);
        for (int id = 0; id < SeriesCatalog.All.Count; id++)
        {
            uint previous = 0;
            uint run = 0;
            for (long slot = first; slot <= last; slot++)
            {
                uint bits = BitConverter.SingleToUInt32Bits(ring[slot, id]);
                if (bits == previous && run < uint.MaxValue)
                {
                    run++;
                    continue;
                }

                output.Run(ref run);
                output.Difference(bits ^ previous);
                previous = bits;
            }

            output.Run(ref run);
        }
    }

    private static void ReadRing(ref Input input, HistoryRing ring, int[] ids)
    {
        uint step = input.UInt32();
        long first = input.Int64();
        uint count = input.UInt32();
        if (step != ring.StepSeconds || count > ring.Capacity || first < 0 || first > long.MaxValue / 2)
        {
            throw new InvalidDataException($"the ring at offset {input.Position} makes no sense");
        }

        foreach (int id in ids)
        {
            uint bits = 0;
            uint run = 0;
            for (long slot = first; slot < first + count; slot++)
            {
                if (run > 0)
                {
                    run--;
                }
                else
                {
                    byte mark = input.Byte();
                    if (mark == RunMark)
                    {
                        run = input.UInt32() - 1;
                    }
                    else
                    {
                        bits ^= input.Difference(mark);
                    }
                }

                if (id >= 0)
                {
                    ring.Row(slot)[id] = BitConverter.UInt32BitsToSingle(bits);
                }
            }
        }

        if (count > 0)
        {
            ring.Restore(first + count - 1, (int)count);
        }
    }

    private static uint Checksum(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }

    private ref struct Output(FileStream file, byte[] buffer)
    {
        private const int Reserve = 16;
        private int _length;
        private uint _crc;

        public void Byte(byte value)
        {
            if (_length + Reserve > buffer.Length)
            {
                Empty();
            }

            buffer[_length++] = value;
        }

        public void Bytes(ReadOnlySpan<byte> values)
        {
            foreach (byte value in values)
            {
                Byte(value);
            }
        }

        public void UInt32(uint value)
        {
            for (int i = 0; i < sizeof(uint); i++)
            {
                Byte((byte)(value >> (8 * i)));
            }
        }

        public void Int64(long value)
        {
            UInt32((uint)value);
            UInt32((uint)(value >> 32));
        }

        public void Run(ref uint run)
        {
            const uint LongestInSingles = 5;
            if (run > LongestInSingles)
            {
                Byte(RunMark);
                UInt32(run);
                run = 0;
            }

            for (; run > 0; run--)
            {
                Byte(0);
            }
        }

        public void Difference(uint bits)
        {
            int bottom = BitOperations.TrailingZeroCount(bits) / 8;
            int size = 4 - (BitOperations.LeadingZeroCount(bits) / 8) - bottom;
            Byte((byte)((bottom << 4) | size));
            bits >>= 8 * bottom;
            for (int i = 0; i < size; i++)
            {
                Byte((byte)bits);
                bits >>= 8;
            }
        }

        public void Finish()
        {
            Empty();
            Span<byte> crc = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(crc, _crc);
            file.Write(crc);
        }

        private void Empty()
        {
            _crc = Checksum(_crc, buffer.AsSpan(0, _length));
            file.Write(buffer, 0, _length);
            _length = 0;
        }
    }

    private ref struct Input(byte[] bytes, int position, int end)
    {
        public int Position { get; private set; } = position;

        public byte Byte() => Position < end ? bytes[Position++] : throw new InvalidDataException("it ends too early");

        public ReadOnlySpan<byte> Bytes(int length)
        {
            if (length > end - Position)
            {
                throw new InvalidDataException("it ends too early");
            }

            Position += length;
            return bytes.AsSpan(Position - length, length);
        }

        public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(sizeof(uint)));

        public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(sizeof(long)));

        public uint Difference(byte mark)
        {
            int bottom = mark >> 4;
            int size = mark & 0x0F;
            if (bottom + size > 4)
            {
                throw new InvalidDataException($"the value at offset {Position} makes no sense");
            }

            uint bits = 0;
            for (int i = 0; i < size; i++)
            {
                bits |= (uint)Byte() << (8 * (i + bottom));
            }

            return bits;
        }
    }
}
