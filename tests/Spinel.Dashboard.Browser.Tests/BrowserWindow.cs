using System.Text.Json;
using Microsoft.Playwright;
using Spinel.TestSupport;

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>A window on the dashboard that remembers what went wrong in it.</summary>
public sealed class BrowserWindow : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    internal BrowserWindow(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.PageError += (_, error) => Remember(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Remember(message.Text);
            }
        };
    }

    /// <summary>The page in the window.</summary>
    public IPage Page { get; }

    /// <summary>Uncaught exceptions and error lines of the console: refused resources are among them.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_errors)
            {
                return [.. _errors];
            }
        }
    }

    /// <summary>Goes to an address and waits until the heading of the page stands there.</summary>
    public async Task VisitAsync(string path, string heading)
    {
        await Page.GotoAsync(path);
        await HeadingAsync(heading);
    }

    /// <summary>Waits for the first heading.</summary>
    public Task HeadingAsync(string heading) =>
        Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = heading, Level = 1 }).WaitForAsync();

    /// <summary>Waits for a text that can be seen.</summary>
    public Task SeeAsync(string text) =>
        Page.GetByText(text).First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Visible });

    /// <summary>A button by its name.</summary>
    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name }).First;

    /// <summary>A field by its label.</summary>
    public ILocator Field(string label) => Page.GetByLabel(label).First;

    /// <summary>Keeps a picture for people to look at, in artifacts/screenshots.</summary>
    public Task ScreenshotAsync(string name) =>
        Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(RepositoryPaths.Root, "artifacts", "screenshots", name + ".png") });

    /// <summary>What axe finds wrong with the accessibility of the page as it is: one line for each kind of problem.</summary>
    public async Task<IReadOnlyList<string>> AccessibilityProblemsAsync()
    {
        string script = Path.Combine(RepositoryPaths.Root, "ui", "node_modules", "axe-core", "axe.min.js");
        await Page.EvaluateAsync(await File.ReadAllTextAsync(script));
        JsonElement? violations = await Page.EvaluateAsync<JsonElement?>(
            """
            async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })).violations
                .map(v => `${v.id}: ${v.help}: ` + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + (n.any[0] ? ` (${n.any[0].message})` : '')).join(' | '))
            """);
        return [.. violations!.Value.EnumerateArray().Select(line => line.GetString()!)];
    }

    /// <summary>Fails when something went wrong in the window, except for what the test caused itself.</summary>
    public void AssertNoErrors(params string[] except) =>
        Assert.DoesNotContain(Errors, error => !except.Any(part => error.Contains(part, StringComparison.OrdinalIgnoreCase)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _context.CloseAsync();

    private void Remember(string error)
    {
        lock (_errors)
        {
            _errors.Add(error);
        }
    }
}
