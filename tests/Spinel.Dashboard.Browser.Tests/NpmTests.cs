using System.Diagnostics;
using Spinel.TestSupport;

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>The tests of the pages' own logic, which need no browser.</summary>
public sealed class NpmTests
{
    [Fact]
    public async Task Logic_of_the_pages_holds()
    {
        Oracle.RequireProgram("npm");
        string ui = Path.Combine(RepositoryPaths.Root, "ui");
        Assert.SkipUnless(Directory.Exists(Path.Combine(ui, "node_modules")), "the packages of ui/ are not installed: the server was built with DashboardUi=false");
        var start = new ProcessStartInfo("npm", ["test", "--silent"])
        {
            WorkingDirectory = ui,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CI"] = "1";
        start.Environment["NO_COLOR"] = "1";
        using Process npm = Process.Start(start)!;
        Task<string> output = npm.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = npm.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await npm.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(npm.ExitCode == 0, $"npm test ended with {npm.ExitCode}:\n{await output}\n{await errors}");
    }
}
