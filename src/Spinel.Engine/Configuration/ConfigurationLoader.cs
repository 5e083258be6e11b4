using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Security;

namespace Spinel.Engine.Configuration;

/// <summary>
/// Reads the options of a server from what it was started with: a file, standard input and the command line, in this order,
/// so that the command line has the last word.
/// </summary>
/// <remarks>
/// The arguments are turned into lines and put behind the file, which is why a mistake on the command line is reported with a
/// line number too. An option that may be repeated (save, rename-command, …) adds up; of any other the last line counts.
/// </remarks>
public sealed class ConfigurationLoader
{
    private const int MaxIncludeDepth = 16;

    private readonly ServerOptions _options = new();
    private readonly string _program;
    private readonly Func<Stream> _openStandardInput;
    private readonly Func<IReadOnlyList<CommandSet>> _otherCommands;

    // Where each option was last set, for refusals that only the final value decides.
    private readonly Origin?[] _origins = new Origin?[OptionTable.All.Count];

    // Only there to find out whether commands can be renamed as the file says, and whether the rules of users make sense.
    private CommandTable? _commands;

    private ConfigurationLoader(string program, Func<Stream> openStandardInput, Func<IReadOnlyList<CommandSet>> otherCommands)
    {
        _program = program;
        _openStandardInput = openStandardInput;
        _otherCommands = otherCommands;
    }

    private CommandTable Commands => _commands ??= new CommandTable([GeneratedCommands.Set, .. _otherCommands()]);

    /// <summary>Loads a configuration.</summary>
    /// <param name="arguments">The arguments of the process: <c>[file] [--option value ...] [-]</c>.</param>
    /// <param name="openStandardInput">Opens the input that <c>-</c> stands for.</param>
    /// <param name="program">Name and version of the server, for error texts.</param>
    /// <param name="otherCommands">The commands of the server's parts beside the engine, which may be renamed like any other. Called when that is asked for.</param>
    public static ConfigurationResult Load(
        ReadOnlySpan<string> arguments,
        Func<Stream> openStandardInput,
        string program,
        Func<IReadOnlyList<CommandSet>>? otherCommands = null) =>
        new ConfigurationLoader(program, openStandardInput, otherCommands ?? (static () => [])).Load(arguments);

    private ConfigurationResult Load(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length > 0 && arguments[0] is "-h" or "--help")
        {
            return new ConfigurationResult(_options) { Request = StartRequest.Help };
        }

        if (arguments.Length > 0 && arguments[0] is "-v" or "--version")
        {
            return new ConfigurationResult(_options) { Request = StartRequest.Version };
        }

        var commandLine = CommandLine.Parse(arguments);
        var text = new List<byte>();
        if (commandLine.File is not null)
        {
            _options.ConfigurationFile = Path.GetFullPath(commandLine.File);
            if (TryReadFile(_options.ConfigurationFile, text) is { } error)
            {
                return Fail(error);
            }
        }

        if (commandLine.ReadsStandardInput)
        {
            using var input = _openStandardInput();
            using var copy = new MemoryStream();
            input.CopyTo(copy);
            text.AddRange(copy.ToArray());
        }

        text.Add((byte)'\n');
        text.AddRange(commandLine.Lines);
        return Fail(LoadText([.. text], 0) ?? CheckPossible());
    }

    private ConfigurationResult Fail(string? error) => new(_options) { Error = error, Warnings = error is null ? FindWarnings() : [] };

    private string? LoadText(ReadOnlySpan<byte> text, int depth)
    {
        var number = 0;
        while (ConfigurationLine.TryTake(ref text, (byte)'\n', out var content))
        {
            number++;
            var line = content.Trim(" \t\r\n"u8);
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }

            if (!ConfigurationLine.TrySplit(line, out var words))
            {
                return Describe(number, line, "Unbalanced quotes in configuration line");
            }

            if (words.Length == 2 && Ascii.EqualsIgnoreCase(words[0], "include"u8))
            {
                if (Include(Encoding.UTF8.GetString(words[1]), depth + 1) is { } failure)
                {
                    return failure;
                }
            }
            else if (words.Length > 0 && LoadLine(words, number, line) is { } error)
            {
                return Describe(number, line, error);
            }
        }

        return null;
    }

    private string? LoadLine(byte[][] words, int number, ReadOnlySpan<byte> line)
    {
        if (!OptionTable.TryFind(words[0], out var option))
        {
            return OptionSpelling.Suggest(words[0]) is { } name ? $"{OptionCodec.BadDirective}\nDid you mean '{name}'?" : OptionCodec.BadDirective;
        }

        var isFirst = _origins[(int)option.Id] is null;
        var value = isFirst && option.Codec.Empty is { } empty ? empty : _options[option.Id];

        // On the command line the words of a value may come as one argument: --replicaof "host port".
        byte[][] parts = words.Length == 2 && option.Codec.IsMultiWord && words[1].Contains((byte)' ') ? option.Codec.Split(words[1]) : words[1..];
        var error = option.Codec.Parse(option, parts, ref value);
        if (error is null && option.Id == OptionId.RenamedCommands && parts.Length == 2)
        {
            error = CommandRenaming.TryRename(Commands, parts[0], parts[1]);
        }

        if (error is null && option.Id == OptionId.Users)
        {
            error = UserLine.FindError(Commands, parts);
        }

        if (error is null)
        {
            _options.Assign(option.Id, value);
            _origins[(int)option.Id] = new Origin(number, Encoding.UTF8.GetString(line));
        }

        return error;
    }

    private string? Include(string pattern, int depth)
    {
        if (depth > MaxIncludeDepth)
        {
            return $"Fatal error, files are included more than {MaxIncludeDepth} deep at '{pattern}'\n";
        }

        foreach (var path in PathPattern.Expand(pattern))
        {
            var text = new List<byte>();
            if ((TryReadFile(path, text) ?? LoadText([.. text], depth)) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    /// <summary>Only the final value counts: a file may say 'save 60 1' and the command line take it back.</summary>
    private string? CheckPossible()
    {
        for (var i = 0; i < _origins.Length; i++)
        {
            if (_origins[i] is { } origin && OptionTable.All[i].CheckPossible(_options[(OptionId)i]) is { } error)
            {
                return Describe(origin.Line, Encoding.UTF8.GetBytes(origin.Text), error);
            }
        }

        return null;
    }

    private List<string> FindWarnings()
    {
        var warnings = new List<string>();
        for (var i = 0; i < _origins.Length; i++)
        {
            if (_origins[i] is not null && OptionWarning.Find(OptionTable.All[i], _options) is { } warning)
            {
                warnings.Add(warning);
            }
        }

        return warnings;
    }

    private static string? TryReadFile(string path, List<byte> text)
    {
        try
        {
            text.AddRange(File.ReadAllBytes(path));
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var reason = Directory.Exists(path) ? "Is a directory" : FileErrorText.Of(exception);
            return $"Fatal error, can't open config file '{path}': {reason}\n";
        }
    }

    private string Describe(int line, ReadOnlySpan<byte> text, string error) =>
        $"\n*** FATAL CONFIG FILE ERROR ({_program}) ***\nReading the configuration file, at line {line}\n>>> '{Encoding.UTF8.GetString(text)}'\n{error}\n";

    // A class, so that the array of them is not a generic type that a just-in-time compiler must make for the occasion.
    private sealed class Origin(int line, string text)
    {
        public int Line { get; } = line;

        public string Text { get; } = text;
    }
}
