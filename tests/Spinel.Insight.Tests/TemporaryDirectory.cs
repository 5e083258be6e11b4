namespace Spinel.Insight.Tests;

/// <summary>A directory of its own for a test, gone afterwards.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("spinel-insight-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
