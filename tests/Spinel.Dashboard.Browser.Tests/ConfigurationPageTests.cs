using Microsoft.Playwright;

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>Options: search, validation, review, applying together.</summary>
public sealed class ConfigurationPageTests(BrowserFixture browser, DashboardSite site) : IClassFixture<DashboardSite>
{
    [Fact]
    public async Task Changes_are_reviewed_and_applied_together()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/configuration?q=maxmemory", "Configuration");
        await window.Page.Locator("#option-maxmemory").FillAsync("200mb");
        await window.Page.Locator("#option-maxmemory-policy").SelectOptionAsync("allkeys-lru");
        await window.SeeAsync("changes not applied yet");
        await window.Button("Review and apply").ClickAsync();
        ILocator dialog = window.Page.GetByRole(AriaRole.Dialog, new PageGetByRoleOptions { Name = "Apply these 2 changes?" });
        await dialog.WaitForAsync();
        await window.ScreenshotAsync("configuration-review-dark-1280");
        Assert.Empty(await window.AccessibilityProblemsAsync());
        Assert.DoesNotContain("209715200", site.Run("CONFIG GET maxmemory").ToString(), StringComparison.Ordinal);
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Apply" }).ClickAsync();
        await window.SeeAsync("2 options are in force");
        Assert.Contains("209715200", site.Run("CONFIG GET maxmemory").ToString(), StringComparison.Ordinal);
        Assert.Contains("allkeys-lru", site.Run("CONFIG GET maxmemory-policy").ToString(), StringComparison.Ordinal);
        window.AssertNoErrors();
    }

    [Fact]
    public async Task What_is_wrong_is_said_before_it_is_sent()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/configuration?q=maxclients", "Configuration");
        await window.Page.Locator("#option-maxclients").FillAsync("many");
        await window.SeeAsync("It is a whole number.");
        Assert.True(await window.Button("Review and apply").IsDisabledAsync());
        await window.Button("Discard").ClickAsync();
        await window.Page.GetByText("It is a whole number.").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
    }

    [Fact]
    public async Task What_the_server_refuses_is_shown_and_nothing_changes()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/configuration?q=notify-keyspace-events", "Configuration");
        await window.Page.Locator("#option-notify-keyspace-events").FillAsync("?!");
        await window.Button("Review and apply").ClickAsync();
        await window.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Apply" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Alert).Filter(new LocatorFilterOptions { HasText = "CONFIG SET failed" }).WaitForAsync();
    }
}
