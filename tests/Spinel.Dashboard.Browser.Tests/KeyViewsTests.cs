using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Spinel.TestSupport;

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>Keys that are more than their type says, addresses of keys, fields that expire, and a dashboard that changes nothing.</summary>
public sealed partial class KeyViewsTests(BrowserFixture browser, DashboardSite site) : IClassFixture<DashboardSite>
{
    [Fact]
    public async Task An_address_opens_the_tree_down_to_its_key()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys/0/session:0042", "Keys");
        ILocator row = KeysPageTests.Row(window, "0042");
        await row.WaitForAsync();
        await Assertions.Expect(row).ToHaveAttributeAsync("aria-selected", "true");
        await Assertions.Expect(row).ToBeInViewportAsync();
        window.AssertNoErrors();
    }

    [Fact]
    public async Task A_field_of_a_hash_is_given_a_time_to_live()
    {
        site.Run("HSET view:hash a 1 b 2");
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys/0/view:hash", "Keys");
        await window.Button("Time to live of b").ClickAsync();
        ILocator dialog = window.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Time to live").Last.FillAsync("5 min");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Set", Exact = true }).ClickAsync();
        await dialog.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        await window.Page.GetByRole(AriaRole.Cell, new PageGetByRoleOptions { NameRegex = Minutes() }).First.WaitForAsync();
        Assert.Contains("-1", site.Run("HTTL view:hash FIELDS 1 a").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("-1", site.Run("HTTL view:hash FIELDS 1 b").ToString(), StringComparison.Ordinal);
        window.AssertNoErrors();
    }

    [Fact]
    public async Task Values_show_as_what_they_are()
    {
        using (RespConnection client = site.Connect())
        {
            Set(client, "view:gzip", Gzip("{\"said\":\"hello\"}"));
            Set(client, "view:msgpack", [0x81, 0xA4, .. "name"u8, 0xA3, .. "Ada"u8]);
            client.Command("PFADD", "view:visitors", "a", "b", "c");
            client.Command("SETBIT", "view:bits", "9", "1");
            client.Command("GEOADD", "view:places", "16.37", "48.2", "Wien", "13.36", "38.11", "Palermo");
        }

        await using BrowserWindow window = await browser.OpenAsync(site);
        foreach ((string key, string[] texts) in new (string, string[])[]
        {
            ("view:gzip", ["gzip", "hello"]),
            ("view:msgpack", ["MessagePack", "Ada"]),
            ("view:visitors", ["distinct elements"]),
        })
        {
            await window.VisitAsync("/keys/0/" + key, "Keys");
            foreach (string text in texts)
            {
                await window.SeeAsync(text);
            }
        }

        await window.VisitAsync("/keys/0/view:bits", "Keys");
        await window.Page.GetByRole(AriaRole.Radio, new() { Name = "Bits" }).ClickAsync();
        await window.SeeAsync("1 of 16 bits");
        await window.VisitAsync("/keys/0/view:places", "Keys");
        await window.Page.GetByRole(AriaRole.Radio, new() { Name = "Map" }).ClickAsync();
        await window.SeeAsync("2 positions");
        await window.ScreenshotAsync("keys-map-1280");
        Assert.Empty(await window.AccessibilityProblemsAsync());
        window.AssertNoErrors();
    }

    [Fact]
    public async Task A_read_only_dashboard_shows_and_changes_nothing()
    {
        site.Run("CONFIG SET dashboard-read-only yes");
        try
        {
            await using BrowserWindow window = await browser.OpenAsync(site);
            await window.VisitAsync("/keys/0/leaderboard", "Keys");
            await window.SeeAsync("Read-only");
            await window.SeeAsync("200 members");
            Assert.True(await window.Button("Delete key").IsDisabledAsync());
            Assert.True(await window.Button("Add member").IsDisabledAsync());
            Assert.True(await window.Page.GetByRole(AriaRole.Button, new() { Name = "New key", Exact = true }).IsDisabledAsync());
            window.AssertNoErrors();
        }
        finally
        {
            site.Run("CONFIG SET dashboard-read-only no");
        }
    }

    [GeneratedRegex("^[45] min")]
    private static partial Regex Minutes();

    private static void Set(RespConnection client, string key, byte[] value)
    {
        client.Send([[.. "SET"u8], Encoding.UTF8.GetBytes(key), value]);
        client.ReadReply();
    }

    private static byte[] Gzip(string text)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return buffer.ToArray();
    }
}
