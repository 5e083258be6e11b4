using Microsoft.CodeAnalysis;

namespace Spinel.Generators.Commands;

/// <summary>The build errors about command declarations.</summary>
internal static class CommandDiagnostics
{
    public static readonly DiagnosticDescriptor DuplicateName = Error(1, "Command declared twice", "command {0} is declared twice");
    public static readonly DiagnosticDescriptor WrongHandler = Error(2, "Unusable method", "command {0}: {1}");
    public static readonly DiagnosticDescriptor WrongArity = Error(3, "Arity and syntax disagree", "command {0}: {1}");
    public static readonly DiagnosticDescriptor WrongKeys = Error(4, "Malformed key specification", "command {0}: {1}");
    public static readonly DiagnosticDescriptor WrongSyntax = Error(5, "Malformed syntax", "command {0}: {1}");
    public static readonly DiagnosticDescriptor Missing = Error(6, "Incomplete declaration", "command {0}: {1} is missing");
    public static readonly DiagnosticDescriptor UnknownContainer = Error(7, "Unknown container", "command {0}: no command or container {1} in this project");
    public static readonly DiagnosticDescriptor WrongName = Error(8, "Malformed name", "'{0}' is no command name: capitals, digits, '-' and '_', at most one '|', at most 64 characters");
    public static readonly DiagnosticDescriptor UnknownCategory = Error(9, "Unknown ACL category", "command {0}: '{1}' is no ACL category");
    public static readonly DiagnosticDescriptor WrongText = Error(10, "Unusable text", "command {0}: {1} has a tab or a line break");
    public static readonly DiagnosticDescriptor ContradictoryFlags = Error(11, "Contradictory flags", "command {0}: {1}");

    private static DiagnosticDescriptor Error(int number, string title, string message)
    {
#pragma warning disable RS2008 // The generator is part of this repository's build and has no releases of its own to track.
        return new DiagnosticDescriptor($"SPC{number:000}", title, message, "Commands", DiagnosticSeverity.Error, isEnabledByDefault: true);
#pragma warning restore RS2008
    }
}
