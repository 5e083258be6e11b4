using System.Diagnostics;
using Spinel.TestSupport;

namespace Spinel.Sentinel.Tests;

/// <summary>As <see cref="PartitionTests"/>, but with a network that is really divided. Needs the right to make network namespaces.</summary>
public sealed class NetworkNamespaceTests(ITestOutputHelper output)
{
    private const int NotPermitted = 77;

    [Fact]
    public async Task A_primary_behind_a_cable_that_is_pulled_rejoins_as_a_replica_when_it_is_put_back()
    {
        Oracle.RequireProgram("redis-server");
        Assert.SkipWhen(RepositoryPaths.FindOnPath("ip") is null, "there is no program 'ip' (package iproute2)");
        string script = Path.Combine(AppContext.BaseDirectory, "network-partition.sh");
        using Process process = Process.Start(new ProcessStartInfo("bash", [script, RepositoryPaths.SpinelServer]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await errors;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        output.WriteLine(said);
        Assert.SkipWhen(process.ExitCode == NotPermitted, "network namespaces are not permitted here");
        Assert.True(process.ExitCode == 0, said);
    }
}
