namespace Spinel.Engine.Tests;

public sealed class FileErrorTextTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("spinel-files-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Speaks_as_the_system_does_and_leaves_the_path_out()
    {
        Assert.Equal("No such file or directory", Reason(() => File.ReadAllBytes(Path.Combine(_directory, "nothing"))));
        Assert.Equal("No such file or directory", Reason(() => File.WriteAllBytes(Path.Combine(_directory, "nowhere", "file"), [])));
        Assert.Equal("Permission denied", Reason(() => File.ReadAllBytes(_directory)));
        Assert.Equal("two lines", FileErrorText.Of(new InvalidOperationException("two\nlines")));
    }

    [Fact]
    public void Takes_other_reasons_from_the_number_of_the_error()
    {
        const int NoSpace = 28;
        string expected = OperatingSystem.IsWindows() ? "full" : "No space left on device";
        Assert.Equal(expected, FileErrorText.Of(new IOException("full", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : NoSpace)));
    }

    private static string Reason(Action work) => FileErrorText.Of(Assert.ThrowsAny<Exception>(work));
}
