using Microsoft.Playwright;

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>The terminal: what is typed reaches the server as redis-cli would send it, and what comes back shows.</summary>
public sealed class TerminalPageTests(BrowserFixture browser, DashboardSite site) : IClassFixture<DashboardSite>
{
    [Fact]
    public async Task Quotes_and_bytes_go_both_ways()
    {
        await using BrowserWindow window = await OpenAsync();
        await TypeAsync(window, "SET term:k \"a\\x00\\xff b\"");
        await SeeAsync(window, "OK");
        Assert.Equal(5, site.Run("STRLEN term:k").Integer);
        await TypeAsync(window, "GET term:k");
        await SeeAsync(window, "\"a\\x00\\xff b\"");
        await TypeAsync(window, "HGETALL user:7");
        await SeeAsync(window, "1# \"name\" => \"User 7\"");
        await TypeAsync(window, "SET term:k 'open");
        await SeeAsync(window, "Invalid argument(s)");
        window.AssertNoErrors();
    }

    [Fact]
    public async Task Prompt_shows_database_and_transaction()
    {
        await using BrowserWindow window = await OpenAsync();
        await TypeAsync(window, "SELECT 3");
        await SeeAsync(window, "[3]>");
        await TypeAsync(window, "MULTI");
        await SeeAsync(window, "[3](TX)>");
        await TypeAsync(window, "SET in:three x");
        await SeeAsync(window, "QUEUED");
        await TypeAsync(window, "EXEC");
        await SeeAsync(window, "1) OK");
        Assert.Equal(0, site.Run("EXISTS in:three").Integer);
    }

    [Fact]
    public async Task Commands_are_completed_and_explained()
    {
        await using BrowserWindow window = await OpenAsync();
        await SeeHintAsync(window, "zad", "zadd ");
        await window.Page.Keyboard.PressAsync("Control+c");
        await TypeAsync(window, "help zadd");
        await SeeAsync(window, "score member");
    }

    [Fact]
    public async Task Deleting_everything_is_asked_about()
    {
        await using BrowserWindow window = await OpenAsync();
        await TypeAsync(window, "FLUSHALL");
        await SeeAsync(window, "Type yes to go on");
        await TypeAsync(window, "no");
        await SeeAsync(window, "Not run.");
        Assert.True(site.Run("DBSIZE").Integer > 0);
    }

    [Fact]
    public async Task Monitor_and_subscriptions_show_until_control_c()
    {
        await using BrowserWindow window = await OpenAsync();
        await TypeAsync(window, "SUBSCRIBE news");
        await SeeAsync(window, "subscribe news (1 in all)");
        site.Run("PUBLISH news hello");
        await SeeAsync(window, "news hello");
        await window.Page.Keyboard.PressAsync("Control+c");
        await SeeAsync(window, "unsubscribe news (0 in all)");
        await TypeAsync(window, "MONITOR");
        await SeeAsync(window, "Ctrl-C ends it");
        site.Run("GET watched:key");
        await SeeAsync(window, "\"watched:key\"");
        await window.Page.Keyboard.PressAsync("Control+c");
        await TypeAsync(window, "ECHO again");
        await SeeAsync(window, "\"again\"");
        window.AssertNoErrors();
    }

    [Fact]
    public async Task History_survives_a_reload_without_passwords()
    {
        await using BrowserWindow window = await OpenAsync();
        await TypeAsync(window, "ECHO remembered");
        await TypeAsync(window, "AUTH default hunter2");
        await SeeAsync(window, "AUTH ••••••");
        await window.Page.ReloadAsync();
        await SeeAsync(window, ">");
        await window.Page.Keyboard.PressAsync("ArrowUp");
        await SeeAsync(window, "ECHO remembered");
        Assert.DoesNotContain("hunter2", await window.Page.EvaluateAsync<string>("() => JSON.stringify(localStorage)"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Screen_survives_a_visit_of_another_page()
    {
        await using BrowserWindow window = await OpenAsync();
        await TypeAsync(window, "SELECT 2");
        await SeeAsync(window, "[2]>");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Keys" }).First.ClickAsync();
        await window.HeadingAsync("Keys");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Terminal" }).First.ClickAsync();
        await SeeAsync(window, "[2]>");
        await TypeAsync(window, "SET two x");
        await SeeAsync(window, "OK");
        Assert.Equal(0, site.Run("EXISTS two").Integer);
    }

    [Fact]
    public async Task Page_is_accessible_on_every_width()
    {
        foreach (int width in new[] { 1280, 390 })
        {
            await using BrowserWindow window = await browser.OpenAsync(site, width, 844, width < 600 ? ColorScheme.Light : ColorScheme.Dark);
            await window.VisitAsync("/terminal", "Terminal");
            await SeeAsync(window, ">");
            await TypeAsync(window, "ZRANGE leaderboard 0 2 WITHSCORES");
            await SeeAsync(window, "(double) 3");
            await window.ScreenshotAsync($"terminal-{width}");
            Assert.Empty(await window.AccessibilityProblemsAsync());
            Assert.Equal(width, await window.Page.EvaluateAsync<int>("() => Math.max(document.documentElement.scrollWidth, innerWidth)"));
            window.AssertNoErrors();
        }
    }

    private async Task<BrowserWindow> OpenAsync()
    {
        BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/terminal", "Terminal");
        await SeeAsync(window, ">");
        return window;
    }

    private static async Task TypeAsync(BrowserWindow window, string line)
    {
        await window.Page.Keyboard.TypeAsync(line);
        await window.Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>The table of commands comes in the background: completes until it is there.</summary>
    private static async Task SeeHintAsync(BrowserWindow window, string typed, string completed)
    {
        for (int i = 0; i < 50; i++)
        {
            await window.Page.Keyboard.TypeAsync(typed);
            await window.Page.Keyboard.PressAsync("Tab");
            await window.Page.WaitForTimeoutAsync(100);
            if ((await ScreenAsync(window)).Contains(completed, StringComparison.Ordinal))
            {
                return;
            }

            await window.Page.Keyboard.PressAsync("Control+u");
        }

        Assert.Fail($"{typed} was not completed to {completed}");
    }

    private static async Task SeeAsync(BrowserWindow window, string text) =>
        await window.Page.WaitForFunctionAsync("text => (document.querySelector('.xterm-rows')?.innerText ?? '').replaceAll('\\u00a0', ' ').includes(text)", text);

    private static Task<string> ScreenAsync(BrowserWindow window) =>
        window.Page.EvaluateAsync<string>("() => document.querySelector('.xterm-rows').innerText.replaceAll('\\u00a0', ' ')");
}
