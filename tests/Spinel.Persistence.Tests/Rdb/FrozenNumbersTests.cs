using System.Reflection;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Tests.Rdb;

/// <summary>
/// Numbers that stand in files, and so in the files of yesterday, of Redis and of Valkey. They are written down here once more, so that changing one takes two deliberate
/// edits; a new one is added to both places.
/// </summary>
public sealed class FrozenNumbersTests
{
    [Fact]
    public void Types_of_values() => Assert.Equal(
        "String=0 List=1 Set=2 SortedSetText=3 Hash=4 SortedSet=5 ModuleOld=6 Module=7 HashZipmap=9 ListZiplist=10 SetIntset=11 SortedSetZiplist=12 HashZiplist=13 "
        + "ListQuicklist=14 Stream1=15 HashListpack=16 SortedSetListpack=17 ListQuicklist2=18 Stream2=19 SetListpack=20 Stream3=21 HashExpiry22=22 HashListpackExpiryOld=23 "
        + "HashExpiry=24 HashListpackExpiry=25 Stream4=26 Stream5=27",
        string.Join(' ', Enum.GetValues<RdbType>().Select(type => $"{type}={(byte)type}")));

    [Fact]
    public void Opcodes() => Assert.Equal(
        "SlotInfo=244 Function=245 FunctionOld=246 ModuleAux=247 Idle=248 Frequency=249 Aux=250 ResizeDatabase=251 ExpiryMs=252 ExpirySeconds=253 SelectDatabase=254 End=255",
        Constants(typeof(RdbOpcode)));

    [Fact]
    public void Lengths_encodings_and_nodes() => Assert.Equal(
        "LengthOf14Bits=64 LengthOf32Bits=128 LengthOf64Bits=129 Encoded=192 EncodedInt8=0 EncodedInt16=1 EncodedInt32=2 EncodedLzf=3 PlainNode=1 PackedNode=2 "
        + "TextNaN=253 TextInfinity=254 TextMinusInfinity=255",
        Constants(typeof(RdbFormat), "LengthOf", "Encoded", "PlainNode", "PackedNode", "Text"));

    /// <summary>What Redis 7.0 loads, and what it takes when fields expire.</summary>
    [Fact]
    public void Versions_that_are_written() => Assert.Equal("Version=10 FieldExpiryVersion=12", Constants(typeof(RdbFormat), "Version", "FieldExpiryVersion"));

    private static string Constants(Type type, params string[] prefixes) => string.Join(' ', type
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral && (prefixes.Length == 0 || prefixes.Any(prefix => field.Name.StartsWith(prefix, StringComparison.Ordinal))))
        .Select(field => $"{field.Name}={field.GetRawConstantValue()}"));
}
