using System.Text;
using Spinel.Engine.Commands.Strings;

namespace Spinel.Engine.Tests.Commands.Strings;

/// <summary>The public test vectors of XXH3-64 with seed 0, and the digests that the documentation of DIGEST shows.</summary>
public sealed class Xxh3Tests
{
    [Theory]
    [InlineData(0, 0x2D06800538D394C2)]
    [InlineData(1, 0xC44BDFF4074EECDB)]
    [InlineData(2, 0x7A9978044CB8A8BB)]
    [InlineData(3, 0x54247382A8D6B94D)]
    [InlineData(4, 0xE5DC74BC51848A51)]
    [InlineData(6, 0x27B56A84CD2D7325)]
    [InlineData(8, 0x24CCC9ACAA9F65E4)]
    [InlineData(9, 0x14D5001C15DD3F2B)]
    [InlineData(12, 0xA713DAF0DFBB77E7)]
    [InlineData(16, 0x981B17D36C7498C9)]
    [InlineData(17, 0x796F5ACD3A60F862)]
    [InlineData(24, 0xA3FE70BF9D3510EB)]
    [InlineData(32, 0x9FEADDBDBF57EED3)]
    [InlineData(33, 0xABFB2D081B400A10)]
    [InlineData(48, 0x397DA259ECBA1F11)]
    [InlineData(64, 0x9CB48487720EC49D)]
    [InlineData(80, 0xBCDEFBBB2C47C90A)]
    [InlineData(128, 0xFCFF24126754D861)]
    [InlineData(129, 0x98F1B0A679A2CA29)]
    [InlineData(195, 0xCD94217EE362EC3A)]
    [InlineData(222, 0xB9163B558664D356)]
    [InlineData(240, 0x81C3C2B67F568CCF)]
    [InlineData(241, 0xC5A639ECD2030E5E)]
    [InlineData(403, 0xCDEB804D65C6DEA4)]
    [InlineData(512, 0x617E49599013CB6B)]
    [InlineData(1023, 0x87A8F7B2F2E22496)]
    [InlineData(1024, 0xDD85C9B5C1109C5C)]
    [InlineData(1025, 0xD870C0FA13211C6A)]
    [InlineData(1088, 0xCC1450EA6B52A8F4)]
    [InlineData(2048, 0xDD59E2C3A5F038E0)]
    [InlineData(2240, 0x6E73A90539CF2948)]
    [InlineData(2367, 0xCB37AEB9E5D361ED)]
    [InlineData(4160, 0x4F323B15321E94E1)]
    public void Agrees_with_the_published_vectors(int length, ulong expected)
    {
        Assert.Equal(expected, Xxh3.Hash(Pattern(length)));
    }

    [Theory]
    [InlineData("Hello world", 0xB6ACB9D84A38FF74)]
    [InlineData("hello", 0x9555E8555C62DCFD)]
    [InlineData("v8lf0c11xh8ymlqztfd3eeq16kfn4sspw7fqmnuuq3k3t75em5wdizgcdw7uc26nnf961u2jkfzkjytls2kwlj7626sd", 0x00006C38ADF31777)]
    public void Agrees_with_digests_seen_elsewhere(string text, ulong expected)
    {
        Assert.Equal(expected, Xxh3.Hash(Encoding.ASCII.GetBytes(text)));
    }

    // The pseudo-random bytes that the vectors are computed over: the top byte of powers of a prime.
    private static byte[] Pattern(int length)
    {
        byte[] bytes = new byte[length];
        ulong state = 2654435761;
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(state >> 56);
            state = unchecked(state * 11400714785074694797);
        }

        return bytes;
    }
}
