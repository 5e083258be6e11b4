using CsCheck;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Tests.Rdb;

/// <summary>A file that arrives in pieces is loaded as one that is there is.</summary>
public sealed class RdbFeedTests : IDisposable
{
    private readonly TestEngine _source = EngineExtensions.NewEngine();
    private readonly byte[] _file;

    public RdbFeedTests()
    {
        RdbFileTests.Fill(_source);
        _file = _source.Save(new RdbFileInfo { CreatedSeconds = 1_800_000_000 }, compress: true, checksum: true);
    }

    [Fact]
    public void Pieces_may_be_cut_anywhere() =>
        Gen.Int[1, 5000].Array[1, 20].Sample(
            cuts =>
            {
                using TestEngine engine = EngineExtensions.NewEngine();
                using var feed = new RdbFeed(engine.Engine, new RdbLoadSettings { KeepExpired = true }, cuts[0] % 2 == 0 ? -1 : _file.Length);
                for (int at = 0, i = 0; at < _file.Length; i++)
                {
                    int length = Math.Min(cuts[i % cuts.Length], _file.Length - at);
                    feed.Append(_file.AsSpan(at, length));
                    at += length;
                }

                feed.Complete();
                Assert.True(feed.Result.IsChecked);
                return engine.Digest() == _source.Digest();
            },
            iter: 20,
            threads: 1);

    [Fact]
    public void A_file_that_ends_early_is_damaged_and_leaves_nothing_behind()
    {
        for (int length = 0; length < _file.Length; length += (_file.Length / 50) + 1)
        {
            using TestEngine engine = EngineExtensions.NewEngine();
            using var feed = new RdbFeed(engine.Engine, new RdbLoadSettings(), -1);
            feed.Append(_file.AsSpan(0, length));
            Assert.Throws<RdbFormatException>(feed.Complete);
        }
    }

    public void Dispose() => _source.Dispose();
}
