namespace Spinel.Persistence.Tests.Aof;

/// <summary>
/// Damage anywhere in the directory of a log: the start is refused with a reason, or the data is one that there was. It never crashes. SPINEL_FLIPS says how
/// many bytes to try.
/// </summary>
public sealed class AofDamageTests : IDisposable
{
    private static readonly int Flips = int.TryParse(Environment.GetEnvironmentVariable("SPINEL_FLIPS"), out int wanted) ? wanted : 1500;

    private readonly string _directory = PersistentEngine.NewDirectory();
    private readonly HashSet<string> _digests = [];
    private readonly Dictionary<string, byte[]> _files = [];

    public AofDamageTests()
    {
        using (PersistentEngine server = Open())
        {
            string[] lines = ["SET a 1", "RPUSH l x y z", "HSET h f v g w", "ZADD z 1 a 2 b", "SADD s 1 2 3"];
            Run(server, lines);
            server.Engine.Run("BGREWRITEAOF");
            server.TurnUntil(() => server.Persistence.Rewrites.Count == 1);
            Run(server, ["INCR a", "MULTI", "LPOP l", "SADD s m", "EXEC", "DEL h"]);
            server.TurnUntil(() => Directory.GetFiles(LogDirectory, "*.incr.aof").Length == 1);
        }

        foreach (string path in Directory.GetFiles(LogDirectory))
        {
            if (!path.EndsWith(".lock", StringComparison.Ordinal))
            {
                _files.Add(path, File.ReadAllBytes(path));
            }
        }
    }

    private string LogDirectory => Path.Combine(_directory, "appendonlydir");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Flipped_bytes_in_the_base_or_the_manifest_are_refused_or_harmless()
    {
        // The base has a checksum and the manifest is text: what is loaded all the same must be right.
        (int refused, int loaded) = Flip(path => !path.EndsWith(".incr.aof", StringComparison.Ordinal), Flips / 2, (digest, where) => Assert.True(_digests.Contains(digest), where));
        Assert.True(refused > loaded, $"{refused} refused, {loaded} loaded");
    }

    [Fact]
    public void Flipped_bytes_in_an_increment_never_crash()
    {
        // The format has no checksum: a letter of a value may change unseen. What is checked is that nothing worse happens.
        (int refused, int loaded) = Flip(static path => path.EndsWith(".incr.aof", StringComparison.Ordinal), Flips / 2, static (_, _) => { });
        Assert.True(refused > 0 && loaded > 0, $"{refused} refused, {loaded} loaded");
    }

    [Fact]
    public void A_base_that_is_cut_off_anywhere_is_refused()
    {
        string path = _files.Keys.Single(static path => path.EndsWith(".base.rdb", StringComparison.Ordinal));
        for (int length = 0; length < _files[path].Length; length++)
        {
            File.WriteAllBytes(path, _files[path][..length]);
            PersistenceException refusal = Assert.Throws<PersistenceException>(() => Open());
            Assert.Contains(Path.GetFileName(path), refusal.Message, StringComparison.Ordinal);
        }
    }

    private (int Refused, int Loaded) Flip(Func<string, bool> which, int count, Action<string, string> check)
    {
        var random = new Random(7);
        string[] paths = [.. _files.Keys.Where(which).Order(StringComparer.Ordinal)];
        int refused = 0;
        int loaded = 0;
        for (int i = 0; i < count; i++)
        {
            string path = paths[random.Next(paths.Length)];
            byte[] bytes = [.. _files[path]];
            int at = random.Next(bytes.Length);
            bytes[at] ^= (byte)(1 + random.Next(255));
            File.WriteAllBytes(path, bytes);
            try
            {
                using PersistentEngine server = Open();
                check(server.Digest, $"{Path.GetFileName(path)}, byte {at} is {bytes[at]} and not {_files[path][at]}");
                loaded++;
            }
            catch (PersistenceException)
            {
                refused++;
            }

            Restore();
        }

        return (refused, loaded);
    }

    private void Restore()
    {
        foreach (string path in Directory.GetFiles(LogDirectory))
        {
            if (!_files.ContainsKey(path))
            {
                File.Delete(path);
            }
        }

        foreach ((string path, byte[] bytes) in _files)
        {
            File.WriteAllBytes(path, bytes);
        }
    }

    private void Run(PersistentEngine server, string[] lines)
    {
        foreach (string line in lines)
        {
            server.Engine.Run(line);
            server.Engine.Turn();
            _digests.Add(server.Digest);
        }
    }

    private PersistentEngine Open(params (string Name, string Value)[] options) => new(_directory, [("appendonly", "yes"), .. options]);
}
