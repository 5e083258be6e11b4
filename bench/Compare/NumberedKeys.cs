using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>The data of the runs that measure occasions: strings under keys that are numbers of twelve digits.</summary>
internal static class NumberedKeys
{
    /// <summary>Room for a key.</summary>
    public const int MaxBytes = 24;

    private const int PipelineDepth = 200;

    /// <summary>Writes the key with a number.</summary>
    /// <returns>Its length.</returns>
    public static int Write(Span<byte> key, long number)
    {
        "key:"u8.CopyTo(key);
        number.TryFormat(key[4..], out int digits, "D12", CultureInfo.InvariantCulture);
        return 4 + digits;
    }

    /// <summary>Sets so many keys (rounded up to whole pipelines) to values of a length.</summary>
    public static void Fill(ServerProcess server, int keys, int valueBytes)
    {
        using var load = new LoadConnection(server.Port);
        byte[] value = new byte[valueBytes];
        Span<byte> key = stackalloc byte[MaxBytes];
        for (int i = 0; i < keys; i += PipelineDepth)
        {
            for (int j = i; j < i + PipelineDepth; j++)
            {
                load.Add("SET"u8, key[..Write(key, j)], value, hasValue: true);
            }

            load.Send();
            for (int j = 0; j < PipelineDepth; j++)
            {
                load.Receive();
            }
        }
    }
}
