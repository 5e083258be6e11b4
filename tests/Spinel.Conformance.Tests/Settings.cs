using System.Globalization;

namespace Spinel.Conformance.Tests;

/// <summary>
/// What random tests take from the environment. The seed is fixed, so that a failure is the same for everyone;
/// SPINEL_SEED=number or SPINEL_SEED=random looks elsewhere.
/// </summary>
internal static class Settings
{
    private const int UsualSeed = 20_221_214;

    /// <summary>The seed.</summary>
    public static int Seed => Environment.GetEnvironmentVariable("SPINEL_SEED") switch
    {
        null or "" => UsualSeed,
        "random" => Random.Shared.Next(),
        { } text => int.Parse(text, CultureInfo.InvariantCulture),
    };

    /// <summary>Whether a group of commands is to be tried: those that SPINEL_GROUP names, or all.</summary>
    public static bool IsGroupWanted(string group) =>
        Environment.GetEnvironmentVariable("SPINEL_GROUP") is not { Length: > 0 } text || text.Split(',').Contains(group);

    /// <summary>How much is tried: SPINEL_COUNT, or what is usual for the test.</summary>
    public static int Count(int usual) =>
        Environment.GetEnvironmentVariable("SPINEL_COUNT") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
}
