using Microsoft.Playwright;

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>Saving, the log, replication.</summary>
public sealed class PersistencePageTests(BrowserFixture browser, DashboardSite site) : IClassFixture<DashboardSite>
{
    [Fact]
    public async Task A_save_makes_the_risk_go()
    {
        site.Run("SET changed 1");
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/persistence", "Persistence & replication");
        await window.SeeAsync("would be lost");
        await window.Button("Save now").ClickAsync();
        await window.SeeAsync("Nothing has changed since the last save");
        window.AssertNoErrors();
    }

    [Fact]
    public async Task The_log_is_turned_on_and_off()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/persistence", "Persistence & replication");
        ILocator log = window.Page.GetByRole(AriaRole.Switch, new PageGetByRoleOptions { Name = "Append-only log" });
        await log.ClickAsync();
        await window.SeeAsync("At most the last second would be lost");
        await window.ScreenshotAsync("persistence-log-dark-1280");
        await log.ClickAsync();
        await window.Button("Turn off").ClickAsync();
        await window.SeeAsync("The log is off");
        window.AssertNoErrors();
    }
}
