using System.Globalization;
using System.Text;
using Spinel.Conformance.Tests.Differential;

namespace Spinel.Conformance.Tests.Generation;

/// <summary>
/// Draws sequences of commands on a few connections. Now and then a command is spoilt: an argument too few or too many, or one
/// replaced by something else.
/// </summary>
/// <param name="grammar">The commands.</param>
/// <param name="preamble">What each sequence begins with.</param>
/// <param name="connections">How many connections take turns.</param>
/// <param name="withChance">Also commands whose outcome is chance or depends on the moment, which two servers cannot be compared by.</param>
/// <param name="changeConnectionOneIn">How often another connection takes its turn.</param>
internal sealed class SequenceGenerator(
    Grammar grammar, IReadOnlyList<Step> preamble, int connections, bool withChance = false, int changeConnectionOneIn = SequenceGenerator.ChangeConnectionOneIn)
{
    private const int SpoilOneIn = 25;
    public const int ChangeConnectionOneIn = 40;
    private const long TooSoonSeconds = 3600;
    private const long LongestString = 536_870_912;
    private const long LargestOffset = 100_000;
    private const int DigitsOfLargestDouble = 309;

    private readonly bool _hasSort = grammar.Commands.Contains("SORT");

    /// <summary>A sequence that depends on the seed alone.</summary>
    public List<Step> Generate(int seed, int length)
    {
        var random = new Random(seed);
        var source = new ArgumentSource(random);
        var steps = new List<Step>(preamble);
        int connection = 0;
        while (steps.Count < length)
        {
            if (random.Next(changeConnectionOneIn) == 0)
            {
                connection = random.Next(connections);
            }

            List<byte[]> arguments = grammar.Draw(source);
            if (random.Next(SpoilOneIn) == 0)
            {
                Spoil(arguments, source);
            }

            if (!IsUnsuitable(arguments) && !(_hasSort && arguments.Any(IsBeyondDouble)))
            {
                steps.Add(IsWholeScan(arguments)
                    ? new Step(StepKind.Scan, connection, WithoutCursor(arguments))
                    : Step.Command(connection, [.. arguments]));
            }
        }

        return steps;
    }

    /// <summary>A scan from cursor 0 is carried to its end: only then is there something to compare.</summary>
    private static bool IsWholeScan(List<byte[]> arguments)
    {
        int cursor = CursorIndex(arguments);
        return cursor > 0 && arguments.Count > cursor && arguments[cursor] is [(byte)'0'];
    }

    private static byte[][] WithoutCursor(List<byte[]> arguments)
    {
        int cursor = CursorIndex(arguments);
        return [.. arguments[..cursor], .. arguments[(cursor + 1)..]];
    }

    /// <summary>Where a scan has its cursor; -1 for other commands.</summary>
    private static int CursorIndex(List<byte[]> arguments) => Encoding.ASCII.GetString(arguments[0]).ToUpperInvariant() switch
    {
        "SCAN" => 1,
        "HSCAN" or "SSCAN" or "ZSCAN" => 2,
        _ => -1,
    };

    private static void Spoil(List<byte[]> arguments, ArgumentSource source)
    {
        int at = source.Random.Next(1, arguments.Count + 1);
        switch (source.Random.Next(4))
        {
            case 0 when at < arguments.Count:
                arguments.RemoveAt(at);
                break;
            case 1 when at < arguments.Count:
                arguments.Insert(at, arguments[at]);
                break;
            case 2 when at < arguments.Count:
                arguments[at] = source.Draw("junk");
                break;
            default:
                arguments.Add(source.Draw("junk"));
                break;
        }
    }

    /// <summary>
    /// Commands whose outcome depends on the moment (a time to live of seconds; SET with a time in the past, which leaves a key that
    /// counts in DBSIZE until somebody notices), that cost hundreds of megabytes on purpose (an
    /// offset just below the limit), or that change what a connection answers (CLIENT REPLY).
    /// </summary>
    private bool IsUnsuitable(List<byte[]> arguments)
    {
        string name = Encoding.ASCII.GetString(arguments[0]).ToUpperInvariant();
        switch (name)
        {
            case "EXPIRE" or "PEXPIRE" or "SETEX" or "PSETEX" or "SET" or "GETEX" or "SPOP" or "SORT" or "SORT_RO" when withChance:
                return false;
            case "EXPIRE" or "PEXPIRE" or "SETEX" or "PSETEX":
                return arguments.Count > 2 && IsSoon(arguments[2], name[0] == 'P');
            case "SET" or "GETEX":
                for (int i = 2; i + 1 < arguments.Count; i++)
                {
                    string option = Encoding.ASCII.GetString(arguments[i]).ToUpperInvariant();
                    if ((option is "EX" or "PX" && IsSoon(arguments[i + 1], option[0] == 'P'))
                        || (option is "EXAT" or "PXAT" && IsPast(arguments[i + 1], option[0] == 'P')))
                    {
                        return true;
                    }
                }

                return false;
            case "BLPOP" or "BRPOP" or "BZPOPMIN" or "BZPOPMAX":
                return MayWaitLong(arguments, arguments.Count - 1);
            case "BLMOVE":
                return MayWaitLong(arguments, 5);
            case "BRPOPLPUSH":
                return MayWaitLong(arguments, 3);
            case "BLMPOP" or "BZMPOP":
                return MayWaitLong(arguments, 1);
            case "LPOS":
                // Redis negates the rank without looking.
                return arguments.Any(argument => Number(argument) == long.MinValue);
            case "SETRANGE":
                return arguments.Count > 2 && Number(arguments[2]) is > LargestOffset and < LongestString;
            case "HRANDFIELD" or "SRANDMEMBER":
                // So many draws with replacement are a reply without end.
                return arguments.Count > 2 && Number(arguments[2]) is < -10_000 and > long.MinValue;
            case "SPOP":
                // Which members it takes is chance, unless it takes all or none.
                return arguments.Count == 2 || (arguments.Count == 3 && Number(arguments[2]) is > 0 and < 10_000);
            case "SORT" or "SORT_RO":
                return SortOrderRules.IsFree(arguments) && SortOrderRules.PicksByOrder(arguments);
            case "CLIENT":
                return arguments.Count > 2 && Encoding.ASCII.GetString(arguments[1]).Equals("REPLY", StringComparison.OrdinalIgnoreCase)
                    && Encoding.ASCII.GetString(arguments[2]).ToUpperInvariant() is "ON" or "OFF" or "SKIP";
            default:
                return false;
        }
    }

    /// <summary>Nobody would wake a client that waits.</summary>
    private static bool MayWaitLong(List<byte[]> arguments, int timeout) =>
        timeout > 0 && timeout < arguments.Count && !ArgumentSource.Timeouts.Contains(Encoding.Latin1.GetString(arguments[timeout]));

    /// <summary>A number that makes Redis refuse to sort from then on (see sort.txt).</summary>
    private static bool IsBeyondDouble(byte[] argument) => argument.Length >= DigitsOfLargestDouble && argument[^1] is >= (byte)'0' and <= (byte)'9';

    private static bool IsSoon(byte[] argument, bool isMilliseconds) =>
        Number(argument) is { } time && time > 0 && time < (isMilliseconds ? TooSoonSeconds * 1000 : TooSoonSeconds);

    private static bool IsPast(byte[] argument, bool isMilliseconds) =>
        Number(argument) is { } time && time > 0 && time < DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds() * (isMilliseconds ? 1000 : 1);

    private static long? Number(byte[] argument) =>
        long.TryParse(argument, NumberStyles.Any, CultureInfo.InvariantCulture, out long value) ? value : null;
}
