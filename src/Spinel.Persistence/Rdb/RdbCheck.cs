using System.Globalization;
using System.Text;
using Spinel.Engine;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// Looks through an RDB file: says what is in it, and where it is damaged. Every value is read as if it were loaded, checked in depth, and thrown away, so
/// that memory is needed for the largest one only.
/// </summary>
public static class RdbCheck
{
    /// <summary>Checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">Receives what was found, in lines.</param>
    /// <returns>Whether the file is sound.</returns>
    public static bool Run(string path, TextWriter report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var log = new ReportLog(report);
        var engine = new SpinelEngine(new EngineSettings { Log = log });
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0, FileOptions.SequentialScan);
            using var loader = new RdbLoader(engine, new RdbSource(file, file.Length), new RdbLoadSettings { Discard = true });
            return Run(loader, path, file.Length, report);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report.WriteLine($"{path} cannot be read: {FileErrorText.Of(e)}");
            return false;
        }
        finally
        {
            engine.Dispose();
        }
    }

    private static bool Run(RdbLoader loader, string path, long length, TextWriter report)
    {
        report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}, {length} bytes"));
        RdbFormatException? damage = null;
        try
        {
            loader.Load();
        }
        catch (RdbFormatException e)
        {
            damage = e;
        }

        Describe(loader.Result, report);
        if (damage is not null)
        {
            report.WriteLine("damaged: " + damage.Message);
            return false;
        }

        long rest = length - loader.EndOffset;
        if (rest > 0)
        {
            report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rest} bytes follow from offset {loader.EndOffset} on: a log, perhaps"));
        }

        report.WriteLine(loader.Result.IsChecked ? "sound, and the checksum is right" : "sound, as far as can be told without a checksum");
        return true;
    }

    private static void Describe(RdbLoadResult result, TextWriter report)
    {
        report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"version {result.Version}"));
        foreach ((string name, string value) in result.Aux)
        {
            report.WriteLine($"{name}: {RdbLoader.Printable(Encoding.Latin1.GetBytes(value))}");
        }

        report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Keys} keys, {result.ExpiringKeys} of them with an expiry"));
        for (int type = 0; type < byte.MaxValue; type++)
        {
            if (result.KeysOf((RdbType)type) is > 0 and long keys)
            {
                report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {keys} of type {type} ({NameOf((RdbType)type)})"));
            }
        }

        Describe(report, result.EmptyKeys, "empty keys");
        Describe(report, result.ModuleKeys, "keys that only a module can read");
        Describe(report, result.Functions.Count, "libraries of functions");
    }

    private static void Describe(TextWriter report, long count, string what)
    {
        if (count > 0)
        {
            report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
        }
    }

    private static string NameOf(RdbType type) => type switch
    {
        RdbType.String => "string",
        RdbType.List => "list",
        RdbType.Set => "set",
        RdbType.SortedSetText or RdbType.SortedSet => "sorted set",
        RdbType.Hash => "hash",
        RdbType.HashZipmap => "hash as zipmap",
        RdbType.ListZiplist => "list as ziplist",
        RdbType.SetIntset => "set as intset",
        RdbType.SortedSetZiplist => "sorted set as ziplist",
        RdbType.HashZiplist => "hash as ziplist",
        RdbType.ListQuicklist => "list of ziplists",
        RdbType.HashListpack => "hash as listpack",
        RdbType.SortedSetListpack => "sorted set as listpack",
        RdbType.ListQuicklist2 => "list of listpacks",
        RdbType.SetListpack => "set as listpack",
        RdbType.Stream1 or RdbType.Stream2 or RdbType.Stream3 or RdbType.Stream4 or RdbType.Stream5 => "stream",
        RdbType.HashExpiry22 or RdbType.HashExpiry => "hash with fields that expire",
        RdbType.HashListpackExpiryOld or RdbType.HashListpackExpiry => "hash as listpack with fields that expire",
        _ => "unknown",
    };

    private sealed class ReportLog(TextWriter report) : IServerLog
    {
        public bool IsEnabled(ServerLogLevel level) => level >= ServerLogLevel.Notice;

        public void Write(ServerLogLevel level, string message)
        {
            if (IsEnabled(level))
            {
                report.WriteLine(message);
            }
        }
    }
}
