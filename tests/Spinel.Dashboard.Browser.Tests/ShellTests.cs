using Microsoft.Playwright;

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>Login, reconnecting, and what surrounds the pages.</summary>
public sealed class ShellTests(BrowserFixture browser, DashboardSite site) : IClassFixture<DashboardSite>
{
    private const string Secret = "a long and secret word";

    [Fact]
    public async Task Login_denies_and_admits()
    {
        using var guarded = new DashboardSite();
        guarded.Guard(Secret);
        await using BrowserWindow window = await browser.OpenAsync(guarded);
        await window.VisitAsync("/activity/clients", "Log in to Spinel");
        await window.ScreenshotAsync("login-dark-1280");
        Assert.Empty(await window.AccessibilityProblemsAsync());

        await window.Field("Password").FillAsync("wrong");
        await window.Button("Log in").ClickAsync();
        await window.SeeAsync("User or password is wrong.");

        await window.Field("Password").FillAsync(Secret);
        await window.Button("Log in").ClickAsync();
        await window.HeadingAsync("Activity");

        await window.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "User default: menu" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Menuitem, new PageGetByRoleOptions { Name = "Log out" }).ClickAsync();
        await window.HeadingAsync("Log in to Spinel");
        window.AssertNoErrors("401");
    }

    [Fact]
    public async Task A_user_sees_what_the_ACL_permits()
    {
        using var guarded = new DashboardSite();
        guarded.Run("ACL SETUSER reader on >pass ~user:* +@read +info +ping");
        guarded.Guard(Secret);
        await using BrowserWindow window = await browser.OpenAsync(guarded);
        await window.VisitAsync("/", "Log in to Spinel");
        await window.Field("User").FillAsync("reader");
        await window.Field("Password").FillAsync("pass");
        await window.Button("Log in").ClickAsync();
        await window.HeadingAsync("Overview");
        await window.VisitAsync("/activity/clients", "Activity");
        await window.SeeAsync("Your user may not see the");
        await window.VisitAsync("/configuration", "Configuration");
        await window.SeeAsync("Your user may not see the");
        await window.ScreenshotAsync("denied-dark-1280");
    }

    [Fact]
    public async Task It_reconnects_after_a_restart()
    {
        using var own = new DashboardSite();
        await using BrowserWindow window = await browser.OpenAsync(own);
        await window.VisitAsync("/activity/clients", "Activity");
        await window.SeeAsync("client list");
        own.Kill();
        await window.SeeAsync("The connection to the server is broken");
        await window.ScreenshotAsync("disconnected-dark-1280");
        own.StartAgain();
        await window.SeeAsync("Connected again");
        using Spinel.TestSupport.RespConnection client = own.Connect();
        client.Command("CLIENT", "SETNAME", "newcomer");
        await window.SeeAsync("newcomer");
    }

    [Fact]
    public async Task A_restart_that_ends_the_login_is_told_at_the_next_one()
    {
        using DashboardSite guarded = DashboardSite.WithPassword(Secret);
        await using BrowserWindow window = await browser.OpenAsync(guarded);
        await window.VisitAsync("/activity/clients", "Log in to Spinel");
        Assert.Equal(0, await window.Page.GetByText("logins end with it").CountAsync());
        await window.Field("Password").FillAsync(Secret);
        await window.Button("Log in").ClickAsync();
        await window.HeadingAsync("Activity");
        guarded.Kill();
        guarded.StartAgain();
        await window.HeadingAsync("Log in to Spinel");
        await window.SeeAsync("The server was restarted, and logins end with it");
        await window.ScreenshotAsync("login-again-dark-1280");
        Assert.Empty(await window.AccessibilityProblemsAsync());
        await window.Field("Password").FillAsync(Secret);
        await window.Button("Log in").ClickAsync();
        await window.HeadingAsync("Activity");
    }

    [Fact]
    public async Task The_palette_takes_the_likeliest()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/", "Overview");
        await window.Page.Keyboard.PressAsync("Control+k");
        await window.Page.Keyboard.TypeAsync("maxmemory");
        ILocator chosen = window.Page.Locator("[cmdk-item][data-selected=true]");
        await Assertions.Expect(chosen).ToHaveTextAsync("maxmemory");

        // Keys come later than what is known at once, and go before it when they begin with the text.
        await window.Page.Keyboard.PressAsync("Control+a");
        await window.Page.Keyboard.TypeAsync("user:17");
        await Assertions.Expect(chosen).ToHaveTextAsync("user:17");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.WaitForURLAsync("**/keys/0/user:17");
    }

    [Fact]
    public async Task The_palette_finds_pages_options_and_keys()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/", "Overview");
        await window.Page.Keyboard.PressAsync("Control+k");
        await window.Page.Keyboard.TypeAsync("slow log");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.HeadingAsync("Activity");

        await window.Page.Keyboard.PressAsync("Control+k");
        await window.Page.Keyboard.TypeAsync("maxmemory-p");
        await window.Page.GetByRole(AriaRole.Option, new PageGetByRoleOptions { Name = "maxmemory-policy" }).ClickAsync();
        await window.HeadingAsync("Configuration");
        Assert.Equal("maxmemory-policy", await window.Field("Search by name or meaning").InputValueAsync());

        await window.Page.Keyboard.PressAsync("Control+k");
        await window.Page.Keyboard.TypeAsync("leaderb");
        await window.Page.GetByRole(AriaRole.Option, new PageGetByRoleOptions { Name = "leaderboard" }).WaitForAsync();
        await window.ScreenshotAsync("palette-dark-1280");
        Assert.Empty(await window.AccessibilityProblemsAsync());
        await window.Page.GetByRole(AriaRole.Option, new PageGetByRoleOptions { Name = "leaderboard" }).ClickAsync();
        await window.Page.WaitForURLAsync("**/keys/0/leaderboard");
        window.AssertNoErrors();
    }

    [Fact]
    public async Task Keys_of_the_keyboard_lead_everywhere()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/", "Overview");
        foreach ((string key, string heading) in new[] { ("a", "Activity"), ("h", "Hot & big keys"), ("p", "Persistence & replication"), ("c", "Configuration"), ("o", "Overview") })
        {
            await window.Page.Keyboard.PressAsync("g");
            await window.Page.Keyboard.PressAsync(key);
            await window.HeadingAsync(heading);
        }

        await window.Page.Keyboard.PressAsync("?");
        await window.Page.GetByRole(AriaRole.Dialog, new PageGetByRoleOptions { Name = "Keyboard shortcuts" }).WaitForAsync();
        Assert.Empty(await window.AccessibilityProblemsAsync());
        await window.Page.Keyboard.PressAsync("Escape");
        window.AssertNoErrors();
    }

    [Fact]
    public async Task The_theme_is_remembered()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/", "Overview");
        Assert.Equal("dark", await ThemeAsync(window));
        await window.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "User default: menu" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Menuitem, new PageGetByRoleOptions { Name = "Light" }).ClickAsync();
        await window.VisitAsync("/persistence", "Persistence & replication");
        Assert.Equal("light", await ThemeAsync(window));
    }

    private static Task<string> ThemeAsync(BrowserWindow window) =>
        window.Page.EvaluateAsync<string>("() => document.documentElement.dataset.theme");
}
