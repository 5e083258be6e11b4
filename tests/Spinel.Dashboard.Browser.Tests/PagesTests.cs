using Microsoft.Playwright;

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>Every page on every width and theme: it opens, nothing fails in it, axe finds nothing, a picture is kept.</summary>
public sealed class PagesTests(BrowserFixture browser, DashboardSite site) : IClassFixture<DashboardSite>
{
    public static TheoryData<string, string> Pages => new()
    {
        { "/", "Overview" },
        { "/activity/latency", "Activity" },
        { "/activity/slowlog", "Activity" },
        { "/activity/profiler", "Activity" },
        { "/activity/clients", "Activity" },
        { "/activity/pubsub", "Activity" },
        { "/hotspots/hot", "Hot & big keys" },
        { "/hotspots/big", "Hot & big keys" },
        { "/persistence", "Persistence & replication" },
        { "/configuration", "Configuration" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_is_whole_and_accessible(string path, string heading)
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync(path, heading);
        await window.Page.Locator(".skeleton").First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        string name = path == "/" ? "overview" : path[1..].Replace('/', '-');
        foreach (ColorScheme theme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            await window.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            foreach (int width in new[] { 1280, 390 })
            {
                await window.Page.SetViewportSizeAsync(width, width < 600 ? 844 : 860);
                Assert.Equal(width, await window.Page.EvaluateAsync<int>("() => new Promise(done => requestAnimationFrame(() => done(Math.max(document.documentElement.scrollWidth, innerWidth))))"));
                await window.ScreenshotAsync($"{name}-{theme.ToString().ToLowerInvariant()}-{width}");
                Assert.Empty(await window.AccessibilityProblemsAsync());
            }
        }

        window.AssertNoErrors();
    }

    [Fact]
    public async Task Unknown_address_says_so()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/no/such/page", "Not found");
        await window.SeeAsync("There is no page at /no/such/page");
        await window.Button("To the overview").ClickAsync();
        await window.HeadingAsync("Overview");
    }
}
