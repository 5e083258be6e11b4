using Microsoft.CodeAnalysis;
using Spinel.Engine.Dispatch;

namespace Spinel.Generators.Commands;

/// <summary>Checks declarations, each by itself and against each other.</summary>
internal static class CommandValidation
{
    private static readonly string[] Texts = ["Keys", "Since", "Complexity", "Summary", "Tips", "AclCategories", "Deprecated", "History"];

    private static readonly string[] Required = ["Summary", "Since"];

    public static IEnumerable<Diagnostic> Check(IReadOnlyList<CommandDeclaration> declarations)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (CommandDeclaration declaration in declarations)
        {
            if (!names.Add(declaration.Name))
            {
                yield return Report(CommandDiagnostics.DuplicateName, declaration);
            }
        }

        foreach (CommandDeclaration declaration in declarations)
        {
            string container = declaration.ContainerName;
            if (container.Length > 0 && !names.Contains(container))
            {
                yield return Report(CommandDiagnostics.UnknownContainer, declaration, container);
            }

            foreach (Diagnostic diagnostic in Check(declaration))
            {
                yield return diagnostic;
            }
        }
    }

    private static IEnumerable<Diagnostic> Check(CommandDeclaration declaration)
    {
        if (!IsName(declaration.Name))
        {
            yield return Report(CommandDiagnostics.WrongName, declaration);
        }

        if (declaration.HandlerError is not null)
        {
            yield return Report(CommandDiagnostics.WrongHandler, declaration, declaration.HandlerError);
        }

        if (declaration.KeysError is not null)
        {
            yield return Report(CommandDiagnostics.WrongKeys, declaration, declaration.KeysError);
        }

        if (declaration.SyntaxError is not null)
        {
            yield return Report(CommandDiagnostics.WrongSyntax, declaration, declaration.SyntaxError);
        }

        if (declaration.UnknownCategory is not null)
        {
            yield return Report(CommandDiagnostics.UnknownCategory, declaration, declaration.UnknownCategory);
        }

        if (CheckArity(declaration) is string arityError)
        {
            yield return Report(CommandDiagnostics.WrongArity, declaration, arityError);
        }

        if (CheckFlags(declaration) is string flagsError)
        {
            yield return Report(CommandDiagnostics.ContradictoryFlags, declaration, flagsError);
        }

        foreach (string property in Texts)
        {
            if (declaration.Text(property).Any(char.IsControl))
            {
                yield return Report(CommandDiagnostics.WrongText, declaration, property);
            }
        }

        foreach (string property in Required.Where(property => declaration.Text(property).Length == 0))
        {
            yield return Report(CommandDiagnostics.Missing, declaration, property);
        }

        if (declaration.Group == CommandGroup.None)
        {
            yield return Report(CommandDiagnostics.Missing, declaration, "Group");
        }
    }

    // The syntax may demand more than the arity does (the command itself then refuses), never less.
    private static string? CheckArity(CommandDeclaration declaration)
    {
        if (declaration.IsContainer || declaration.Syntax is not CommandSyntax syntax)
        {
            return null;
        }

        int names = declaration.ContainerName.Length > 0 ? 2 : 1;
        int minimum = syntax.MinimumCount + names;
        int arity = declaration.Arity;
        if (Math.Abs(arity) < names)
        {
            return arity == 0 ? "Arity is missing" : $"Arity {arity} does not count the name";
        }

        if (arity > 0 && (syntax.IsVariable || arity != minimum))
        {
            return $"Arity {arity} is exact, the syntax has {(syntax.IsVariable ? "at least " : "")}{minimum} arguments with the name";
        }

        return -arity > minimum ? $"Arity {arity} demands more than the {minimum} arguments of the shortest call that the syntax allows" : null;
    }

    private static string? CheckFlags(CommandDeclaration declaration)
    {
        const CommandFlags Both = CommandFlags.Write | CommandFlags.ReadOnly;
        if ((declaration.Flags & Both) == Both)
        {
            return "Write and ReadOnly exclude each other";
        }

        bool oomReads = (declaration.Flags & (CommandFlags.DenyOom | CommandFlags.ReadOnly)) == (CommandFlags.DenyOom | CommandFlags.ReadOnly);
        return oomReads ? "a command that only reads does not need DenyOom" : null;
    }

    private static bool IsName(string name)
    {
        return name.Length is > 0 and <= 64 && name.All(c => c is (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '_' or '|')
            && name.Split('|') is { Length: <= 2 } parts && parts.All(part => part.Length > 0);
    }

    private static Diagnostic Report(DiagnosticDescriptor descriptor, CommandDeclaration declaration, params string[] details)
    {
        return Diagnostic.Create(descriptor, declaration.Location.ToLocation(), [declaration.Name, .. details]);
    }
}
