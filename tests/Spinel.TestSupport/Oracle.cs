using Xunit;

namespace Spinel.TestSupport;

/// <summary>The programs of Redis that tests compare with. A test that needs one is skipped where it is not installed.</summary>
public static class Oracle
{
    /// <summary>The real server, or the test is skipped (failed when SPINEL_REQUIRE_ORACLE=1).</summary>
    public static ServerCommand Require() => ServerCommand.Redis(RequireProgram("redis-server"));

    /// <summary>The path of a program, or the test is skipped (failed when SPINEL_REQUIRE_ORACLE=1).</summary>
    public static string RequireProgram(string program)
    {
        string? path = RepositoryPaths.FindOnPath(program);
        if (path is null)
        {
            string message = $"{program} is not on PATH";
            if (Environment.GetEnvironmentVariable("SPINEL_REQUIRE_ORACLE") == "1")
            {
                Assert.Fail(message + " although SPINEL_REQUIRE_ORACLE=1");
            }

            Assert.Skip(message);
        }

        return path;
    }
}
