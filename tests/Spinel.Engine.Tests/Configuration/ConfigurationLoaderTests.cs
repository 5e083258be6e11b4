using System.Text;
using Spinel.Engine.Configuration;

namespace Spinel.Engine.Tests.Configuration;

public sealed class ConfigurationLoaderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("spinel-configuration-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Later_lines_win_and_the_command_line_comes_last()
    {
        var options = Load("port 1\n# port 2\n  PORT   3  \r\ntimeout 9\n", "--port", "4").Options;

        Assert.Equal(4, options.Port);
        Assert.Equal(9, options.TimeoutSeconds);
        Assert.Equal(Path.Combine(_directory, "test.conf"), options.ConfigurationFile);
    }

    [Theory]
    [InlineData("maxclients abc", 1, "maxclients abc", "argument couldn't be parsed into an integer")]
    [InlineData("\n# x\n   maxclients   0  ", 3, "maxclients   0", "argument must be between 1 and 4294967295 inclusive")]
    [InlineData("nosuch 1", 1, "nosuch 1", "Bad directive or wrong number of arguments")]
    [InlineData("prot 1", 1, "prot 1", "Bad directive or wrong number of arguments\nDid you mean 'port'?")]
    [InlineData("MaxMemry 1gb", 1, "MaxMemry 1gb", "Bad directive or wrong number of arguments\nDid you mean 'maxmemory'?")]
    [InlineData("port", 1, "port", "wrong number of arguments")]
    [InlineData("port 1 2", 1, "port 1 2", "wrong number of arguments")]
    [InlineData("include", 1, "include", "Bad directive or wrong number of arguments")]
    [InlineData("rename-command", 1, "rename-command", "Bad directive or wrong number of arguments")]
    [InlineData("rename-command nosuch x", 1, "rename-command nosuch x", "No such command in rename-command")]
    [InlineData("rename-command get set", 1, "rename-command get set", "Target command name already exists")]
    [InlineData("requirepass \"abc", 1, "requirepass \"abc", "Unbalanced quotes in configuration line")]
    [InlineData("requirepass \"abc\"d", 1, "requirepass \"abc\"d", "Unbalanced quotes in configuration line")]
    [InlineData("unixsocketperm 9", 1, "unixsocketperm 9", "argument couldn't be parsed as an octal number")]
    [InlineData("unixsocketperm 7777", 1, "unixsocketperm 7777", "argument must be between 0 and 777 inclusive")]
    [InlineData("appendfilename a/b", 1, "appendfilename a/b", "appendfilename can't be a path, just a filename")]
    [InlineData("appendfilename \"\"", 1, "appendfilename \"\"", "appendfilename can't be empty")]
    [InlineData("dir /nonexistent", 1, "dir /nonexistent", "No such file or directory")]
    [InlineData("dir /etc/passwd", 1, "dir /etc/passwd", "Not a directory")]
    [InlineData("replicaof 1.2.3.4", 1, "replicaof 1.2.3.4", "wrong number of arguments")]
    [InlineData("replicaof 1.2.3.4 99999", 1, "replicaof 1.2.3.4 99999", "Invalid master port")]
    [InlineData("bind 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", 1, "bind 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "Too many bind addresses specified.")]
    [InlineData("save 1 -1", 1, "save 1 -1", "Invalid save parameters")]
    [InlineData("user", 1, "user", "Bad directive or wrong number of arguments")]
    [InlineData("user x on +get bogus", 1, "user x on +get bogus", "Error in user declaration 'bogus': Syntax error")]
    [InlineData("user x (+get", 1, "user x (+get", "Error in user declaration '(+get': Unmatched parenthesis in selector definition")]
    [InlineData("user \"a b\" on", 1, "user \"a b\" on", "Error in user declaration 'a b': Usernames can't contain spaces or null characters")]
    [InlineData("user x on\nuser x off", 2, "user x off", "Error in user declaration 'x': Duplicate user found. A user can only be defined once in config files")]
    public void A_mistake_is_reported_with_its_line(string file, int line, string text, string message) =>
        Assert.Equal(Fatal(line, text, message), Load(file).Error);

    [Fact]
    public void Commands_of_other_parts_may_be_renamed_too()
    {
        using var persistence = new Persistence.PersistenceExtension();
        string[] arguments = ["--rename-command", "BGSAVE", "", "--rename-command", "GET", "BGSAVE"];
        Assert.Null(ConfigurationLoader.Load(arguments, () => Stream.Null, "test", () => [persistence.Commands!]).Error);
        Assert.NotNull(ConfigurationLoader.Load(arguments, () => Stream.Null, "test").Error);
    }

    [Theory]
    [InlineData("cluster-enabled yes", "cluster-enabled must be 'no', because this version of the server has no cluster mode")]
    [InlineData("tls-port 6380", "tls-port must be '0', because this version of the server has no TLS")]
    [InlineData("loadmodule /x.so", "loadmodule must be empty, because this version of the server cannot load modules")]
    public void A_promise_that_cannot_be_kept_stops_the_start(string line, string message)
    {
        Assert.Equal(Fatal(2, line, message), Load("port 0\n" + line).Error);
    }

    [Fact]
    public void A_promise_may_be_taken_back()
    {
        Assert.Null(Load("save 3600 1\nsave 60 5\nappendonly yes\nreplicaof 1.2.3.4 6379", "--save", "", "--appendonly", "no", "--replicaof", "no", "one").Error);
        Assert.Null(Load("save 3600 1", "--save").Error);
    }

    [Fact]
    public void Arguments_are_lines_behind_the_file()
    {
        Assert.Equal(Fatal(3, "maxclients \"abc\"", "argument couldn't be parsed into an integer"), Load("port 1\n", "--maxclients", "abc").Error);
        Assert.Equal(Fatal(2, "maxclients \"--port\" \"2\"", "wrong number of arguments"), LoadArguments("--maxclients", "--port", "2").Error);
        Assert.Equal(Fatal(2, "maxclients=3", "Bad directive or wrong number of arguments\nDid you mean 'maxclients'?"), LoadArguments("--maxclients=3").Error);
    }

    [Fact]
    public void Arguments_may_hold_spaces_and_quotes()
    {
        var options = LoadArguments("--requirepass", "a \"b\\", "--timeout 3", "--save", "--bind", "127.0.0.1", "::1").Options;

        Assert.Equal("a \"b\\"u8, options.RequirePass.Span);
        Assert.Equal(3, options.TimeoutSeconds);
        Assert.Equal(["127.0.0.1", "::1"], options.Bind);
    }

    [Fact]
    public void The_words_of_a_value_may_come_as_one_argument()
    {
        var options = LoadArguments("--replicaof", "127.0.0.1 6379", "--save", "60 1 30 2", "--bind", "127.0.0.1 ::1").Options;

        Assert.Equal("127.0.0.1 6379", options.ReplicaOf);
        Assert.Equal([new SavePoint(60, 1), new SavePoint(30, 2)], options.SavePoints);
        Assert.Equal(["127.0.0.1", "::1"], options.Bind);
    }

    [Fact]
    public void Standard_input_comes_between_file_and_arguments()
    {
        using var input = new MemoryStream("timeout 5\nport 6\n"u8.ToArray());
        var path = WriteFile("test.conf", "timeout 1\nhz 50\n");

        var result = ConfigurationLoader.Load([path, "--port", "7", "-"], () => input, "Spinel 1");

        Assert.Null(result.Error);
        Assert.Equal((5, 7, 50), (result.Options.TimeoutSeconds, result.Options.Port, result.Options.Hz));
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_named()
    {
        var path = Path.Combine(_directory, "nosuch.conf");
        Assert.Equal($"Fatal error, can't open config file '{path}': No such file or directory\n", LoadArguments(path).Error);
        Assert.Equal($"Fatal error, can't open config file '{path}': No such file or directory\n", Load($"include {path}").Error);
        Assert.Equal($"Fatal error, can't open config file '{_directory}': Is a directory\n", LoadArguments(_directory).Error);
    }

    [Fact]
    public void Included_files_take_effect_where_they_stand()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "conf.d"));
        WriteFile("conf.d/20.conf", "timeout 20\nport 20");
        WriteFile("conf.d/10.conf", "timeout 10\nport 10\nhz 10");
        WriteFile("conf.d/.hidden.conf", "nosuch 1");
        WriteFile("conf.d/readme", "nosuch 1");

        var result = Load($"port 1\nhz 99\ninclude {_directory}/conf.d/*.conf\ninclude {_directory}/nothing-*.conf\nport 2\n");

        Assert.Null(result.Error);
        Assert.Equal((20, 2, 10), (result.Options.TimeoutSeconds, result.Options.Port, result.Options.Hz));
    }

    [Fact]
    public void A_mistake_in_an_included_file_has_that_files_line()
    {
        var path = WriteFile("inner.conf", "\nport x\n");
        Assert.Equal(Fatal(2, "port x", "argument couldn't be parsed into an integer"), Load($"#\n#\n#\ninclude {path}\n").Error);
    }

    [Fact]
    public void A_file_that_includes_itself_ends()
    {
        var path = Path.Combine(_directory, "test.conf");
        Assert.Contains("included more than", Load($"include {path}").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Repeated_directives_add_up()
    {
        var result = Load("rename-command SET \"\"\nrename-command config c0nfig\nclient-output-buffer-limit normal 1mb 2 3\nclient-output-buffer-limit pubsub 4 5 6\n");

        Assert.Null(result.Error);
        Assert.Equal("", result.Options.RenamedCommands["set"]);
        Assert.Equal("c0nfig", result.Options.RenamedCommands["CONFIG"]);
        Assert.Equal(new OutputBufferLimit(1 << 20, 2, 3), result.Options.ClientOutputBufferLimits.Normal);
        Assert.Equal(new OutputBufferLimit(4, 5, 6), result.Options.ClientOutputBufferLimits.PubSub);
    }

    [Fact]
    public void Options_without_effect_are_named()
    {
        var result = Load("io-threads 4\nrdbcompression yes\ntimeout 3\n");

        Assert.Equal(["The option 'io-threads' has no effect in this version of the server"], result.Warnings);
    }

    [Fact]
    public void Who_asks_for_a_daemon_is_told_on_the_terminal_what_to_do_instead()
    {
        Assert.Contains("'daemonize yes'\ndaemonize must be 'no', because", Load("daemonize yes\n").Error, StringComparison.Ordinal);
        Assert.Null(Load("daemonize yes\n", "--daemonize", "no").Error);
    }

    [Theory]
    [InlineData("-h", StartRequest.Help)]
    [InlineData("--help", StartRequest.Help)]
    [InlineData("-v", StartRequest.Version)]
    [InlineData("--version", StartRequest.Version)]
    public void Some_arguments_ask_for_something_else(string argument, StartRequest expected) =>
        Assert.Equal(expected, LoadArguments(argument).Request);

    private static string Fatal(int line, string text, string message) =>
        $"\n*** FATAL CONFIG FILE ERROR (Spinel 1.2.3) ***\nReading the configuration file, at line {line}\n>>> '{text}'\n{message}\n";

    private ConfigurationResult Load(string file, params string[] arguments) =>
        LoadArguments([WriteFile("test.conf", file), .. arguments]);

    private static ConfigurationResult LoadArguments(params string[] arguments) =>
        ConfigurationLoader.Load(arguments, () => throw new InvalidOperationException(), "Spinel 1.2.3");

    private string WriteFile(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
        return path;
    }
}
