using System.Text;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Statistics.Info;

/// <summary>The sections of INFO, and which of them a request asks for.</summary>
internal static class InfoReport
{
    /// <summary>In the order in which they are shown, whatever the order of the request.</summary>
    private static readonly InfoSection[] Sections =
    [
        new("Server", true, ServerInfo.Write),
        new("Clients", true, ClientsInfo.Write),
        new("Memory", true, MemoryInfo.Write),
        new("Persistence", true, PersistenceInfo.Write),
        new("Stats", true, StatsInfo.Write),
        new("Replication", true, ReplicationInfo.Write),
        new("CPU", true, CpuInfo.Write),
        new("Modules", true, Nothing),
        new("Commandstats", false, CommandsInfo.Write),
        new("Errorstats", true, ErrorsInfo.Write),
        new("Latencystats", false, LatencyInfo.Write),
        new("Cluster", true, ClusterInfo.Write),
        new("Keyspace", true, KeyspaceInfo.Write),
        new("Keysizes", false, KeySizesInfo.Write),
    ];

    /// <summary>The sections that are shown when none is named.</summary>
    public static uint DefaultSections { get; } = MaskOf(static section => section.IsDefault);

    /// <summary>The sections that a word of a request names; none when there is no such section.</summary>
    public static uint SectionsOf(ReadOnlySpan<byte> word)
    {
        if (AsciiText.EqualsIgnoreCase(word, "DEFAULT"u8))
        {
            return DefaultSections;
        }

        if (AsciiText.EqualsIgnoreCase(word, "ALL"u8) || AsciiText.EqualsIgnoreCase(word, "EVERYTHING"u8))
        {
            return MaskOf(static _ => true);
        }

        for (int i = 0; i < Sections.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(word, Sections[i].Title))
            {
                return 1u << i;
            }
        }

        return 0;
    }

    /// <summary>Writes the sections chosen.</summary>
    public static void Write(InfoWriter writer, SpinelEngine engine, uint chosen)
    {
        for (int i = 0; i < Sections.Length; i++)
        {
            if ((chosen & (1u << i)) != 0)
            {
                writer.Section(Sections[i].Title);
                WriteSection(writer, engine, Sections[i]);
            }
        }
    }

    private static void WriteSection(InfoWriter writer, SpinelEngine engine, InfoSection section)
    {
        bool written = false;
        foreach (IEngineExtension extension in engine.Extensions)
        {
            written |= extension.TryWriteInfo(section.Title, writer);
        }

        if (!written)
        {
            section.Write(writer, engine);
        }
    }

    private static uint MaskOf(Predicate<InfoSection> condition)
    {
        uint mask = 0;
        for (int i = 0; i < Sections.Length; i++)
        {
            mask |= condition(Sections[i]) ? 1u << i : 0;
        }

        return mask;
    }

    /// <summary>A section whose lines come from a part of the server that is not there.</summary>
    private static void Nothing(InfoWriter writer, SpinelEngine engine)
    {
    }

    private sealed record InfoSection(string Title, bool IsDefault, Action<InfoWriter, SpinelEngine> Write);
}
