using CsCheck;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Tests.Rdb;

public sealed class Crc64Tests
{
    [Fact]
    public void The_check_value_is_that_of_the_polynomial() => Assert.Equal(0xE9C6_D914_C4B8_D9CAUL, Crc64.Append(0, "123456789"u8));

    [Fact]
    public void All_ways_give_the_same_in_any_pieces() => Gen.Select(Gen.Byte.Array[0, 2000], Gen.Int[0, 2000]).Sample((bytes, cut) =>
    {
        cut = Math.Min(cut, bytes.Length);
        ulong whole = Crc64.AppendByTables(0, bytes);
        return whole == Slow(bytes) && whole == Crc64.Append(0, bytes) && whole == Crc64.Append(Crc64.Append(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut));
    });

    private static ulong Slow(byte[] bytes)
    {
        ulong crc = 0;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x95AC_9329_AC4B_C9B5 : crc >> 1;
            }
        }

        return crc;
    }
}
