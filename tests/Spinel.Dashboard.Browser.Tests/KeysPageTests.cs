using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Spinel.TestSupport;

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>The keys: the tree, the editors of each type, live changes and conflicts, changes of many keys.</summary>
public sealed partial class KeysPageTests(BrowserFixture browser, DashboardSite site) : IClassFixture<DashboardSite>
{
    [Fact]
    public async Task Tree_opens_down_to_a_key_with_the_keyboard_alone()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys", "Keys");
        await Row(window, "queue:").WaitForAsync();
        await window.Page.GetByRole(AriaRole.Tree).FocusAsync();
        await window.Page.Keyboard.PressAsync("Home");
        for (int i = 0; i < 20 && !(await ActiveRowAsync(window)).StartsWith("queue:", StringComparison.Ordinal); i++)
        {
            await window.Page.Keyboard.PressAsync("ArrowDown");
        }

        await window.Page.Keyboard.PressAsync("ArrowRight");
        await Row(window, "mail").WaitForAsync();
        await window.Page.Keyboard.PressAsync("ArrowRight");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.SeeAsync("200 elements");
        Assert.EndsWith("/keys/0/queue:mail", window.Page.Url, StringComparison.Ordinal);
        window.AssertNoErrors();
    }

    [Theory]
    [InlineData("/keys", "Per key")]
    [InlineData("/keys/0/user:7", "Add field")]
    [InlineData("/keys/0/leaderboard", "Add member")]
    [InlineData("/keys/0/events", "Add entry")]
    [InlineData("/keys/0/queue:mail", "Append")]
    [InlineData("/keys/0/session:0007", "valid JSON")]
    public async Task Page_is_accessible_on_every_width(string path, string text)
    {
        foreach (int width in new[] { 1280, 390 })
        {
            await using BrowserWindow window = await browser.OpenAsync(site, width, 844, width < 600 ? ColorScheme.Light : ColorScheme.Dark);
            await window.VisitAsync(path, "Keys");
            if (width > 600 || path != "/keys")
            {
                await window.SeeAsync(text);
            }

            await window.Page.Locator(".skeleton").First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
            await window.ScreenshotAsync($"keys{path[5..].Replace('/', '-').Replace(':', '-')}-{width}");
            Assert.Empty(await window.AccessibilityProblemsAsync());
            Assert.Equal(width, await window.Page.EvaluateAsync<int>("() => Math.max(document.documentElement.scrollWidth, innerWidth)"));
            window.AssertNoErrors();
        }
    }

    [Fact]
    public async Task String_is_edited_and_keeps_its_expiry()
    {
        site.Run("SET edit:text before EX 500");
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys/0/edit:text", "Keys");
        await window.Field("Value").FillAsync("after");
        await window.Button("Save").ClickAsync();
        await window.SeeAsync("Saved");
        Assert.Equal("after", site.Run("GET edit:text").Text);
        Assert.InRange(site.Run("TTL edit:text").Integer, 1, 500);
    }

    [Fact]
    public async Task Change_elsewhere_shows_and_a_conflict_is_told()
    {
        site.Run("SET edit:shared one");
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys/0/edit:shared", "Keys");
        await Assertions.Expect(window.Field("Value")).ToHaveValueAsync("one");
        await WaitUntilWatchedAsync(window);
        site.Run("SET edit:shared two");
        await Assertions.Expect(window.Field("Value")).ToHaveValueAsync("two");
        await window.Field("Value").FillAsync("mine");
        site.Run("SET edit:shared three");
        await window.SeeAsync("Somebody else changed this value");
        await window.Button("Take theirs").ClickAsync();
        await Assertions.Expect(window.Field("Value")).ToHaveValueAsync("three");
    }

    [Fact]
    public async Task Binary_keys_and_values_survive_an_edit()
    {
        using (RespConnection connection = site.Connect())
        {
            connection.CommandLine("SET \"bin:\\xff\\x00\" \"\\x01\\xfe\"");
        }

        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys/0/~YmluOv8A", "Keys");
        await window.SeeAsync("01 fe");
        await window.Button("Edit the digits").ClickAsync();
        await window.Field("Value in hexadecimal").FillAsync("00 ff 10");
        await window.Button("Save").ClickAsync();
        await window.SeeAsync("Saved");
        Assert.Equal(1, site.Run("SETNX bin:probe x").Integer);
        await ComesToBeAsync(3, "STRLEN \"bin:\\xff\\x00\"");
        Assert.Equal(1, site.Run("GETBIT \"bin:\\xff\\x00\" 8").Integer);
    }

    [Fact]
    public async Task Hash_field_is_added_changed_and_deleted()
    {
        site.Run("HSET edit:hash kept x");
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys/0/edit:hash", "Keys");
        await window.Button("Add field").ClickAsync();
        await Dialog(window).GetByLabel("Field").First.FillAsync("city");
        await Dialog(window).GetByLabel("Value").First.FillAsync("Wien");
        await SubmitAsync(window, "Add");
        await window.SeeAsync("Wien");
        Assert.Equal("Wien", site.Run("HGET edit:hash city").Text);
        await window.Button("Edit field city").ClickAsync();
        await Dialog(window).GetByLabel("Value").First.FillAsync("Linz");
        await SubmitAsync(window, "Save");
        await window.SeeAsync("Linz");
        await window.Button("Delete field city").ClickAsync();
        await window.Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Delete field" }).ClickAsync();
        await window.Page.GetByText("Linz").First.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Equal(1, site.Run("HLEN edit:hash").Integer);
    }

    [Fact]
    public async Task List_element_is_inserted_among_equal_ones()
    {
        site.Run("RPUSH edit:list x x x");
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys/0/edit:list", "Keys");
        await window.Button("More for element 1").ClickAsync();
        await window.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Insert after" }).ClickAsync();
        await Dialog(window).GetByLabel("Element").First.FillAsync("new");
        await SubmitAsync(window, "Insert");
        await window.SeeAsync("4 elements");
        Assert.Equal("new", site.Run("LINDEX edit:list 2").Text);
        Assert.Equal("x", site.Run("LINDEX edit:list 1").Text);
    }

    [Fact]
    public async Task Sorted_set_shows_a_range_and_takes_a_new_score()
    {
        site.Run("ZADD edit:zset 1 one 2 two 3 three");
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys/0/edit:zset", "Keys");
        await window.Field("Range by").SelectOptionAsync("score");
        await window.Page.GetByLabel("From", new() { Exact = true }).FillAsync("2");
        await window.SeeAsync("1 – 2 of 2");
        await window.Button("Edit member two").ClickAsync();
        await Dialog(window).GetByLabel("Score").FillAsync("2.5");
        await SubmitAsync(window, "Save");
        await window.SeeAsync("2.5");
        Assert.Equal("2.5", site.Run("ZSCORE edit:zset two").Text);
    }

    [Fact]
    public async Task Pending_stream_entries_are_acknowledged()
    {
        site.Run("XADD edit:stream 1-1 a b");
        site.Run("XADD edit:stream 2-1 a b");
        site.Run("XGROUP CREATE edit:stream group 0");
        site.Run("XREADGROUP GROUP group worker STREAMS edit:stream >");
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys/0/edit:stream", "Keys");
        await window.Page.GetByRole(AriaRole.Radio, new() { Name = "Consumer groups" }).ClickAsync();
        await window.Button("Acknowledge 1-1").ClickAsync();
        await window.SeeAsync("1 acknowledged");
        Assert.Equal(1, site.Run("XACK edit:stream group 2-1").Integer);
        Assert.Equal(0, site.Run("XACK edit:stream group 1-1").Integer);
    }

    /// <summary>The page may show a change before the server has it.</summary>
    private async Task ComesToBeAsync(long expected, string command)
    {
        for (int i = 0; i < 100 && site.Run(command).Integer != expected; i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, site.Run(command).Integer);
    }

    [Fact]
    public async Task Key_is_created_renamed_given_an_expiry_and_deleted()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys", "Keys");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "New key", Exact = true }).ClickAsync();
        await Dialog(window).GetByLabel("Type").SelectOptionAsync("set");
        await Dialog(window).GetByLabel("Name").First.FillAsync("made:here");
        await Dialog(window).GetByLabel("Members").FillAsync("red \"dark blue\"");
        await window.Button("Create key").ClickAsync();
        await window.SeeAsync("dark blue");
        await ComesToBeAsync(1, "SISMEMBER made:here \"dark blue\"");

        await window.Button("Rename").ClickAsync();
        await Dialog(window).GetByLabel("New name").First.FillAsync("made:there");
        await SubmitAsync(window, "Rename");
        await window.Page.WaitForURLAsync("**/keys/0/made:there");

        await window.Page.GetByRole(AriaRole.Button, new() { NameRegex = TimeToLive() }).ClickAsync();
        await Dialog(window).GetByLabel("Expires in").FillAsync("2 h");
        await SubmitAsync(window, "Set");
        await window.SeeAsync("expires in");
        Assert.InRange(site.Run("TTL made:there").Integer, 7000, 7200);

        await window.Button("Delete key").ClickAsync();
        await window.Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Delete key" }).ClickAsync();
        await window.Page.WaitForURLAsync("**/keys/0");
        Assert.Equal(0, site.Run("EXISTS made:there").Integer);
    }

    [Fact]
    public async Task Many_keys_are_counted_first_and_then_deleted()
    {
        using (RespConnection connection = site.Connect())
        {
            for (int i = 0; i < 1200; i++)
            {
                connection.Command("SET", string.Create(CultureInfo.InvariantCulture, $"bulk:{i}"), "x");
            }
        }

        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys", "Keys");
        await Row(window, "bulk:").ClickAsync();
        await window.Button("Delete all").ClickAsync();
        await window.Button("Count first").ClickAsync();
        await window.SeeAsync("1,200 keys match");
        Assert.Equal(1, site.Run("EXISTS bulk:7").Integer);
        await window.Button("Delete 1,200 keys").ClickAsync();
        await window.SeeAsync("Done: 1,200 deleted");
        Assert.Equal(0, site.Run("EXISTS bulk:7").Integer);
        Assert.Equal(1, site.Run("EXISTS user:7").Integer);
    }

    [Fact]
    public async Task Page_stays_responsive_while_thousands_of_keys_change()
    {
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys", "Keys");
        await Row(window, "user:").ClickAsync();
        await WaitUntilWatchedAsync(window);
        using var stop = new CancellationTokenSource();
        Task writing = Task.Run(() =>
        {
            using RespConnection connection = site.Connect();
            var clock = Stopwatch.StartNew();
            for (long written = 0; !stop.IsCancellationRequested; written++)
            {
                connection.Command("HINCRBY", string.Create(CultureInfo.InvariantCulture, $"user:{written % 200}"), "visits", "1");
                if (written > clock.ElapsedMilliseconds * 5)
                {
                    Thread.Sleep(1);
                }
            }
        }, TestContext.Current.CancellationToken);
        double longest = await LongestFrameAsync(window, scroll: true, milliseconds: 4000);
        await window.Page.GetByRole(AriaRole.Textbox, new() { NameRegex = Filter() }).FillAsync("leader");
        await window.Page.Locator("[role=option]").First.WaitForAsync();
        await stop.CancelAsync();
        await writing;
        TestContext.Current.SendDiagnosticMessage("longest frame while 5,000 keys a second change: {0:F0} ms", longest);
        Assert.True(longest < LongFrameMs, $"a frame took {longest:F0} ms");
        window.AssertNoErrors();
    }

    /// <summary>A machine that also runs the server and other tests drops frames of its own; a page that draws everything takes seconds.</summary>
    internal const double LongFrameMs = 1000;

    internal static ILocator Row(BrowserWindow window, string name) =>
        window.Page.GetByRole(AriaRole.Treeitem, new() { NameRegex = new Regex("^" + Regex.Escape(name)) }).First;

    /// <summary>Scrolls the tree up and down for a while and gives the longest time between two frames.</summary>
    internal static Task<double> LongestFrameAsync(BrowserWindow window, bool scroll, int milliseconds) =>
        window.Page.EvaluateAsync<double>(
            """
            ([scroll, ms]) => new Promise(resolve => {
                const tree = document.querySelector('[role=tree]');
                const end = performance.now() + ms;
                let last = performance.now(), longest = 0, step = 0;
                const frame = now => {
                    longest = Math.max(longest, now - last);
                    last = now;
                    if (scroll) tree.scrollTop = (tree.scrollHeight - tree.clientHeight) * (0.5 - 0.5 * Math.cos(step++ / 40));
                    if (now < end) requestAnimationFrame(frame); else resolve(longest);
                };
                requestAnimationFrame(frame);
            })
            """,
            new object[] { scroll, milliseconds });

    private static ILocator Dialog(BrowserWindow window) => window.Page.GetByRole(AriaRole.Dialog);

    /// <summary>Presses a dialog's button, and waits until the dialog is gone: it goes when the server has done it.</summary>
    private static async Task SubmitAsync(BrowserWindow window, string button)
    {
        await Dialog(window).GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await Dialog(window).WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    /// <summary>The topic of changed keys begins a moment after the page: a round trip on the same socket is behind it.</summary>
    private static Task WaitUntilWatchedAsync(BrowserWindow window) => window.Page.WaitForTimeoutAsync(500);

    private static async Task<string> ActiveRowAsync(BrowserWindow window) =>
        await window.Page.EvaluateAsync<string?>("() => document.getElementById(document.activeElement?.getAttribute('aria-activedescendant') ?? '')?.textContent") ?? "";

    [GeneratedRegex("^Time to live")]
    private static partial Regex TimeToLive();

    [GeneratedRegex("^Filter")]
    private static partial Regex Filter();
}

/// <summary>The tree over a million keys. They have a server of their own.</summary>
public sealed class MillionKeysTests(BrowserFixture browser, DashboardSite site) : IClassFixture<DashboardSite>
{
    [Fact]
    public async Task Tree_scrolls_over_a_million_siblings()
    {
        site.Run("DEBUG POPULATE 1000000 key 10");
        await using BrowserWindow window = await browser.OpenAsync(site);
        await window.VisitAsync("/keys", "Keys");
        await KeysPageTests.Row(window, "key:").ClickAsync(new() { Timeout = 60_000 });
        await KeysPageTests.Row(window, "0").WaitForAsync(new() { Timeout = 60_000 });
        double longest = await KeysPageTests.LongestFrameAsync(window, scroll: true, milliseconds: 5000);
        TestContext.Current.SendDiagnosticMessage("longest frame over a million keys: {0:F0} ms", longest);
        Assert.True(longest < KeysPageTests.LongFrameMs, $"a frame took {longest:F0} ms");
        await window.Page.GetByRole(AriaRole.Tree).FocusAsync();
        await window.Page.Keyboard.PressAsync("End");
        await window.Page.Keyboard.PressAsync("Home");
        await KeysPageTests.Row(window, "key:").WaitForAsync();

        // Only what is in sight is in the document.
        Assert.InRange(await window.Page.GetByRole(AriaRole.Treeitem).CountAsync(), 10, 100);
        window.AssertNoErrors();
    }
}
