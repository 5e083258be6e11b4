using System.Globalization;
using Spinel.Bench.Compare;
using Spinel.TestSupport;

if (args.FirstOrDefault() is "churn" or "hits" or "stalls" or "save" or "load")
{
    return OccasionRuns.Run(args);
}

ComparisonOptions options;
try
{
    options = ComparisonOptions.Parse(args is ["replication", ..] ? [] : args);
}
catch (FormatException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 2;
}

if (RepositoryPaths.FindOnPath("redis-benchmark") is not { } benchmark)
{
    Console.Error.WriteLine("redis-benchmark is not on PATH (Debian: redis-tools)");
    return 2;
}

if (args.FirstOrDefault() is "replication")
{
    return ReplicationRun.Run(args[1..], ComparedServers.All, benchmark);
}

try
{
    var comparison = new Comparison(options, benchmark);
    if (options.Group is null)
    {
        comparison.MeasureStart();
        comparison.MeasureMemory();
    }

    comparison.MeasureLoad();
    foreach (string failure in comparison.Failures)
    {
        Console.Error.WriteLine($"failed: {failure}");
    }

    return comparison.Failures.Count == 0 ? 0 : 1;
}
catch (Exception problem) when (problem is ServerFailedException or InvalidDataException or IOException)
{
    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"failed: {problem.Message}"));
    return 1;
}
