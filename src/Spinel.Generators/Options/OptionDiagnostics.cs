using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Spinel.Generators.Options;

/// <summary>Finds declarations that cannot be right.</summary>
internal static class OptionDiagnostics
{
#pragma warning disable RS2008 // The generator is not published on its own, so its rules have no releases to track.
    public static readonly DiagnosticDescriptor DuplicateName = new(
        "SPO001", "Duplicate option name", "Two options are called '{0}'", "Options", DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor WrongDefault = new(
        "SPO002", "Wrong default", "'{0}' is not a value of the option '{1}'", "Options", DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor Incomplete = new(
        "SPO003", "Incomplete option", "The option '{0}' needs {1}", "Options", DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownType = new(
        "SPO004", "Unknown type of option", "The type '{0}' of the option '{1}' needs a codec", "Options", DiagnosticSeverity.Error, isEnabledByDefault: true);
#pragma warning restore RS2008

    public static IEnumerable<Diagnostic> Check(IReadOnlyList<OptionModel> options)
    {
        var names = new HashSet<string>();
        foreach (var option in options)
        {
            if (!names.Add(option.Name))
            {
                yield return Report(DuplicateName, option, option.Name);
            }

            if (option.Alias.Length > 0 && !names.Add(option.Alias))
            {
                yield return Report(DuplicateName, option, option.Alias);
            }

            if (option.Name.Length == 0 || option.Name.Any(char.IsUpper))
            {
                yield return Report(Incomplete, option, option.PropertyName, "a lower-case name");
            }

            if (option.Summary.Length == 0)
            {
                yield return Report(Incomplete, option, option.Name, "a summary");
            }

            if (option.OnlyValue is not null && option.OnlyValueReason.Length == 0)
            {
                yield return Report(Incomplete, option, option.Name, "the reason why it has only one value");
            }

            if (option.Kind == OptionKind.Bytes && option.TypeName != "global::System.ReadOnlyMemory<byte>")
            {
                yield return Report(UnknownType, option, option.TypeName, option.Name);
            }
            else if (OptionDefaults.Evaluate(option) is null)
            {
                yield return Report(WrongDefault, option, option.DefaultText, option.Name);
            }
        }
    }

    private static Diagnostic Report(DiagnosticDescriptor descriptor, OptionModel option, params object[] arguments)
    {
        var place = option.Location;
        var start = int.Parse(place[1], CultureInfo.InvariantCulture);
        var length = int.Parse(place[2], CultureInfo.InvariantCulture);
        var line = new LinePosition(int.Parse(place[3], CultureInfo.InvariantCulture), int.Parse(place[4], CultureInfo.InvariantCulture));
        return Diagnostic.Create(descriptor, Location.Create(place[0], new TextSpan(start, length), new LinePositionSpan(line, line)), arguments);
    }
}
