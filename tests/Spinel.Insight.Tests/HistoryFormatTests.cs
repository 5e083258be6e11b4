using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Spinel.Insight.History;

namespace Spinel.Insight.Tests;

/// <summary>The file of the history is read by later versions of the server: its layout is frozen. A change needs another version number, and a reader for this one.</summary>
public sealed class HistoryFormatTests
{
    private const long Start = 1_800_000_000;

    [Fact]
    public void A_file_of_the_first_version_is_read()
    {
        List<byte> file = [.. "SPNLHIST"u8, 1, 0, 0, 0];

        // Two series, of which this version has never heard of the second.
        file.AddRange([2, 0, 0, 0, 14, .. "commands.total"u8, 7, .. "no.such"u8]);
        AddRing(file, step: 1, first: Start, count: 3, [0x22, 0x80, 0x3F, 0x22, 0x80, 0x7F, 0x00, 0xFF, 3, 0, 0, 0]);
        AddRing(file, step: 10, first: 0, count: 0, []);
        AddRing(file, step: 60, first: 0, count: 0, []);
        uint crc = 0;
        foreach (byte value in file)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        file.AddRange([(byte)crc, (byte)(crc >> 8), (byte)(crc >> 16), (byte)(crc >> 24)]);
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, HistoryFile.Name);
        File.WriteAllBytes(path, [.. file]);

        HistoryRing ring = HistoryFile.Read(path).Rings[0];
        int total = SeriesCatalog.IndexOf("commands.total");
        Assert.Equal(3, ring.Count);
        Assert.Equal(Start + 2, ring.Last);
        Assert.Equal([1f, 2f, 2f], Enumerable.Range(0, 3).Select(i => ring[Start + i, total]));
    }

    [Fact]
    public void What_is_written_has_the_same_layout()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, HistoryFile.Name);
        HistoryFile.Write(path, new SampleHistory(), new byte[1024]);

        byte[] file = File.ReadAllBytes(path);
        Assert.Equal([.. "SPNLHIST"u8, 1, 0, 0, 0], file[..12]);
        Assert.Equal(SeriesCatalog.All.Count, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(12)));
        Assert.Equal(SeriesCatalog.All[0].Name, Encoding.ASCII.GetString(file, 17, file[16]));
    }

    private static void AddRing(List<byte> file, int step, long first, int count, byte[] columns)
    {
        Span<byte> head = stackalloc byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(head, step);
        BinaryPrimitives.WriteInt64LittleEndian(head[4..], first);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], count);
        file.AddRange(head);
        file.AddRange(columns);
    }
}
