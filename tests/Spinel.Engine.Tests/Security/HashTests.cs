using System.Text;
using CsCheck;
using Spinel.Engine.Security;

namespace Spinel.Engine.Tests.Security;

public sealed class HashTests
{
    [Fact]
    public void Hashes_are_those_of_the_framework() =>
        Gen.Byte.Array[0, 300].Sample(bytes =>
        {
#pragma warning disable CA5350 // What others define as a checksum.
            Assert.Equal(System.Security.Cryptography.SHA1.HashData(bytes), Sha1.Hash(bytes));
#pragma warning restore CA5350
            Assert.Equal(System.Security.Cryptography.SHA256.HashData(bytes), Sha256.Hash(bytes));
        });

    [Theory]
    [InlineData("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    [InlineData("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")]
    public void Sha256_gives_what_its_standard_says(string text, int times, string hex) =>
        Assert.Equal(hex, Convert.ToHexStringLower(Sha256.Hash(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times))))));
}
