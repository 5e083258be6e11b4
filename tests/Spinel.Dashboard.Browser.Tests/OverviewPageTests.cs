using System.Globalization;

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>The overview: live figures, health, what changed, ranges.</summary>
public sealed class OverviewPageTests(BrowserFixture browser, DashboardSite site) : IClassFixture<DashboardSite>
{
    [Fact]
    public async Task Figures_follow_the_server()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/", "Overview");
        for (int i = 0; i < 500; i++)
        {
            site.Run(string.Create(CultureInfo.InvariantCulture, $"SET extra:{i} x"));
        }

        long size = site.Run("DBSIZE").Integer;
        await window.SeeAsync(size.ToString("N0", CultureInfo.InvariantCulture));
        site.Run("DEBUG SLEEP 0.05");
        await window.SeeAsync("DEBUG took");
        await window.SeeAsync("A login as eve failed");
        window.AssertNoErrors();
    }

    [Fact]
    public async Task A_changed_option_is_told()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/", "Overview");
        await window.SeeAsync("no limit set");
        await window.Page.WaitForTimeoutAsync(500);
        site.Run("CONFIG SET maxmemory 1000000000");
        await window.SeeAsync("maxmemory was set");
        await window.SeeAsync("of 954 MB");
        site.Run("CONFIG SET maxmemory 0");
    }

    [Fact]
    public async Task Every_range_is_drawn()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/", "Overview");
        foreach (string range in new[] { "1 hour", "1 day", "30 days", "5 min" })
        {
            await window.Page.GetByText(range, new() { Exact = true }).ClickAsync();
            await window.Page.Locator(".uplot canvas").First.WaitForAsync();
        }

        Assert.True(await window.Page.Locator(".uplot").CountAsync() >= 10);
        window.AssertNoErrors();
    }
}
