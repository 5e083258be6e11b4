using System.Globalization;

namespace Spinel.Memory.Tests;

public sealed class SystemThreadTests
{
    /// <summary>Of /proc/thread-self/stat, counted behind the name of the program, which ends with the last parenthesis.</summary>
    private const int NiceField = 16;

    [Fact]
    public void A_thread_that_gives_way_is_the_only_one_to_do_so()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have no nice value of a thread.");
        int before = NiceOfThisThread();
        int within = int.MinValue;
        var thread = new Thread(() =>
        {
            SystemThread.GiveWay();
            within = NiceOfThisThread();
        });
        thread.Start();
        thread.Join();
        Assert.Equal(Math.Min(before + 10, 19), within);
        Assert.Equal(before, NiceOfThisThread());
    }

    private static int NiceOfThisThread()
    {
        string text = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[NiceField], CultureInfo.InvariantCulture);
    }
}
