using System.Text;

namespace Spinel.Conformance.Tests.Differential;

/// <summary>The first place where two servers part.</summary>
/// <param name="Index">The step's index; the number of steps when the keyspaces differ afterwards.</param>
/// <param name="Step">The step, or the audit's question.</param>
/// <param name="IsAudit">Whether replies agreed and only the keyspace afterwards differs.</param>
/// <param name="Oracle">What the real server said.</param>
/// <param name="Subject">What the server under test said, or how it failed to say anything.</param>
/// <param name="NoAnswer">
/// The server under test died or stayed silent. It may have been a later command of the same pipeline that did it.
/// </param>
internal sealed record Difference(int Index, Step Step, bool IsAudit, string Oracle, string Subject, bool NoAnswer = false)
{
    private const int ShownChars = 4000;

    /// <summary>Differences of the same kind are reported once.</summary>
    public string Kind => NoAnswer ? "no answer" : $"{(IsAudit ? "audit " : "")}{Step.Name}";

    /// <summary>The steps as redis-cli lines, then both replies.</summary>
    public string Report(IReadOnlyList<Step> steps)
    {
        var text = new StringBuilder();
        for (int i = 0; i < steps.Count && (i <= Index || NoAnswer); i++)
        {
            text.Append("    ").Append(Shorten(steps[i].ToString())).Append('\n');
        }

        if (IsAudit)
        {
            text.Append("    # all replies agree, then the keyspaces differ:\n    ").Append(Step).Append('\n');
        }

        text.Append("  oracle:  ").Append(Indent(Oracle)).Append('\n');
        text.Append("  subject: ").Append(Indent(Subject)).Append('\n');
        return text.ToString();
    }

    private static string Indent(string reply) => Shorten(reply).Replace("\n", "\n           ", StringComparison.Ordinal);

    private static string Shorten(string text) => text.Length <= ShownChars ? text : text[..ShownChars] + "...";
}
