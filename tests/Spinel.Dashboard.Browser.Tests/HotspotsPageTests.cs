using Microsoft.Playwright;
using Spinel.TestSupport;

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>Hot and big keys.</summary>
public sealed class HotspotsPageTests(BrowserFixture browser, DashboardSite site) : IClassFixture<DashboardSite>
{
    [Fact]
    public async Task A_quiet_server_has_its_keys_counted_one_by_one()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/hotspots/hot", "Hot & big keys");
        await window.SeeAsync("every command counts");
        using RespConnection client = site.Connect();
        ILocator row = window.Page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = "leaderboard" });
        for (int i = 0; i < 50 && await row.CountAsync() == 0; i++)
        {
            client.Command("ZRANGE", "leaderboard", "0", "1");
            await window.Page.WaitForTimeoutAsync(100);
        }

        await row.First.WaitForAsync();
        await row.Filter(new LocatorFilterOptions { HasText = "sorted set" }).First.WaitForAsync();
        await window.ScreenshotAsync("hotspots-hot-counted-dark-1280");
        window.AssertNoErrors();
    }

    [Fact]
    public async Task The_largest_keys_are_listed()
    {
        using RespConnection client = site.Connect();
        client.Command("SET", "large:value", new string('x', 500_000));
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/hotspots/big", "Hot & big keys");
        await window.Page.GetByText("large:value").First.ClickAsync();
        await window.Page.WaitForURLAsync("**/keys/0/large:value");
    }
}
