namespace Spinel.DataStructures;

/// <summary>
/// The count that a HyperLogLog's registers stand for, from how many of them have each value: Ertl's improved raw estimator ("New cardinality
/// estimation algorithms for HyperLogLog sketches", arXiv:1702.01284, algorithm 6). It needs no tables and is without bias for small counts.
/// </summary>
/// <remarks>The order of the floating-point operations decides the last unit of the result, and the result is visible: it is the paper's.</remarks>
internal static class HyperLogLogEstimator
{
    // The highest value of a register: a run of all 50 bits, plus one.
    private const int HighestValue = 51;

    // 1 / (2 ln 2)
    private const double Alpha = 0.721347520444481703680;

    public static ulong Estimate(ReadOnlySpan<int> histogram)
    {
        const double Registers = HyperLogLog.RegisterCount;
        double z = Registers * Tau((Registers - histogram[HighestValue]) / Registers);
        for (int value = HighestValue - 1; value >= 1; value--)
        {
            z = 0.5 * (z + histogram[value]);
        }

        z += Registers * Sigma(histogram[0] / Registers);
        return (ulong)(long)Math.Round(Alpha * Registers * Registers / z, MidpointRounding.AwayFromZero);
    }

    /// <summary>What registers at their highest value contribute.</summary>
    private static double Tau(double x)
    {
        if (x is 0 or 1)
        {
            return 0;
        }

        double weight = 1;
        double sum = 1 - x;
        double before;
        do
        {
            x = Math.Sqrt(x);
            before = sum;
            weight *= 0.5;
            double rest = 1 - x;
            sum -= rest * rest * weight;
        }
        while (before != sum);

        return sum / 3;
    }

    /// <summary>What registers that saw nothing contribute; infinite when none saw anything, which makes the estimate zero.</summary>
    private static double Sigma(double x)
    {
        if (x == 1)
        {
            return double.PositiveInfinity;
        }

        double weight = 1;
        double sum = x;
        double before;
        do
        {
            x *= x;
            before = sum;
            sum += x * weight;
            weight += weight;
        }
        while (before != sum);

        return sum;
    }
}
