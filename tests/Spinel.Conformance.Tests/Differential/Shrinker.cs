using System.Diagnostics;

namespace Spinel.Conformance.Tests.Differential;

/// <summary>
/// Makes a failing sequence short: chunks of steps are left out as long as the same command still differs (delta debugging,
/// Zeller 1999), then arguments are left out or cut. A limit on time keeps a server that hangs from holding the test up.
/// </summary>
internal sealed class Shrinker(Func<IReadOnlyList<Step>, Difference?> run, TimeSpan limit)
{
    private const int ShortBytes = 8;
    private readonly long _begin = Stopwatch.GetTimestamp();

    public (IReadOnlyList<Step> Steps, Difference Difference) Shrink(IReadOnlyList<Step> steps, Difference difference)
    {
        var best = (Steps: steps, Difference: difference);
        Try(ref best, [.. steps.Take(difference.Index + 1)]);
        RemoveChunks(ref best);
        SimplifyArguments(ref best);
        RemoveChunks(ref best);
        return best;
    }

    private void RemoveChunks(ref (IReadOnlyList<Step> Steps, Difference Difference) best)
    {
        for (int size = Math.Max(1, best.Steps.Count / 2); ; size /= 2)
        {
            // From the end, so that positions still to come stay valid.
            for (int begin = best.Steps.Count - size; begin > -size; begin -= size)
            {
                int from = Math.Max(begin, 0);
                int to = Math.Min(begin + size, best.Steps.Count);
                if (to > from)
                {
                    Try(ref best, [.. best.Steps.Take(from), .. best.Steps.Skip(to)]);
                }
            }

            if (size <= 1)
            {
                return;
            }
        }
    }

    private void SimplifyArguments(ref (IReadOnlyList<Step> Steps, Difference Difference) best)
    {
        for (int i = 0; i < best.Steps.Count; i++)
        {
            if (best.Steps[i].Connection != 0)
            {
                TryReplace(ref best, i, step => step with { Connection = 0 });
            }

            for (int argument = best.Steps[i].Arguments.Length - 1; argument > 0 && i < best.Steps.Count; argument--)
            {
                int at = argument;
                if (TryReplace(ref best, i, step => step with { Arguments = [.. step.Arguments[..at], .. step.Arguments[(at + 1)..]] }))
                {
                    continue;
                }

                while (best.Steps[i].Arguments[at].Length > ShortBytes
                    && TryReplace(ref best, i, step => WithArgument(step, at, step.Arguments[at][..(step.Arguments[at].Length / 2)])))
                {
                }
            }
        }
    }

    private static Step WithArgument(Step step, int index, byte[] value)
    {
        byte[][] arguments = [.. step.Arguments];
        arguments[index] = value;
        return step with { Arguments = arguments };
    }

    private bool TryReplace(ref (IReadOnlyList<Step> Steps, Difference Difference) best, int index, Func<Step, Step> change)
    {
        Step changed = change(best.Steps[index]);
        return changed.Arguments.Length > 0
            && Try(ref best, [.. best.Steps.Take(index), changed, .. best.Steps.Skip(index + 1)]);
    }

    private bool Try(ref (IReadOnlyList<Step> Steps, Difference Difference) best, IReadOnlyList<Step> candidate)
    {
        if (candidate.Count == 0 || Stopwatch.GetElapsedTime(_begin) > limit)
        {
            return false;
        }

        // The same command must differ, else one bug would shrink into another.
        if (run(candidate) is not { } difference || difference.Kind != best.Difference.Kind)
        {
            return false;
        }

        best = (candidate, difference);
        return true;
    }
}
