using Microsoft.Playwright;
using Spinel.TestSupport;

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>Slow log, profiler, clients, publish and subscribe.</summary>
public sealed class ActivityPageTests(BrowserFixture browser, DashboardSite site) : IClassFixture<DashboardSite>
{
    [Fact]
    public async Task The_slow_log_shows_and_clears()
    {
        site.Run("DEBUG SLEEP 0.025");
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/activity/slowlog", "Activity");
        await window.Page.GetByText("SLEEP 0.025").First.ClickAsync();
        await window.SeeAsync("Waited before");
        await window.Page.Keyboard.PressAsync("Escape");
        await window.Button("Clear").Last.ClickAsync();
        await window.Button("Clear the log").ClickAsync();
        await window.SeeAsync("No slow command");
        window.AssertNoErrors();
    }

    [Fact]
    public async Task The_profiler_records_what_passes_its_filters()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/activity/profiler", "Activity");
        await window.Field("Keys begin with").FillAsync("user:");
        await window.Button("Record").ClickAsync();
        await window.SeeAsync("Waiting for commands");
        using RespConnection client = site.Connect();
        ILocator seen = window.Page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = "user:77" });
        for (int i = 0; i < 50 && await seen.CountAsync() == 0; i++)
        {
            client.Command("HGETALL", "user:77");
            client.Command("GET", "session:0001");
            await window.Page.WaitForTimeoutAsync(100);
        }

        await seen.First.WaitForAsync();
        Assert.Equal(0, await window.Page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = "session:0001" }).CountAsync());
        await window.ScreenshotAsync("profiler-recording-dark-1280");
        window.AssertNoErrors();
    }

    [Fact]
    public async Task A_client_is_disconnected()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        using RespConnection victim = site.Connect();
        victim.Command("CLIENT", "SETNAME", "victim");
        await window.VisitAsync("/activity/clients", "Activity");
        await window.Page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = "this browser" }).First.WaitForAsync();
        Assert.Equal(0, await window.Page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = "victim" }).Filter(new LocatorFilterOptions { HasText = "this browser" }).CountAsync());
        await window.Button("Disconnect victim").ClickAsync();
        await window.Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Disconnect" }).ClickAsync();
        await window.Button("Disconnect victim").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        Assert.ThrowsAny<IOException>(() => victim.Command("PING"));
        window.AssertNoErrors();
    }

    [Fact]
    public async Task Messages_are_published_and_seen()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/activity/pubsub", "Activity");
        await window.Button("Listen").ClickAsync();
        await window.SeeAsync("Messages on * will stand here");
        await window.Page.GetByLabel("Channel", new PageGetByLabelOptions { Exact = true }).FillAsync("news");
        await window.Page.GetByLabel("Message", new PageGetByLabelOptions { Exact = true }).FillAsync("hello there");
        await window.Button("Publish").ClickAsync();
        await window.SeeAsync("1 client received it");
        await window.Page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = "hello there" }).WaitForAsync();
        await window.ScreenshotAsync("pubsub-listening-dark-1280");
        window.AssertNoErrors();
    }
}
