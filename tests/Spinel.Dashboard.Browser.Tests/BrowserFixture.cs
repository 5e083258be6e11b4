using Microsoft.Playwright;
using Spinel.TestSupport;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Spinel.Dashboard.Browser.Tests.BrowserFixture))]

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>One headless Chromium for all tests. Where it is not installed the tests are skipped (failed when SPINEL_REQUIRE_ORACLE=1).</summary>
public sealed class BrowserFixture : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Opens a window of its own: other cookies, other storage.</summary>
    public async Task<BrowserWindow> OpenAsync(DashboardSite site, int width = 1280, int height = 860, ColorScheme theme = ColorScheme.Dark)
    {
        _browser ??= await LaunchAsync();
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = site.Url,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = theme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(15_000);
        return new BrowserWindow(context, await context.NewPageAsync());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }

    private async Task<IBrowser> LaunchAsync()
    {
        string? path = Names.Select(RepositoryPaths.FindOnPath).FirstOrDefault(found => found is not null);
        path ??= Oracle.RequireProgram(Names[0]);
        _playwright = await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
    }
}
