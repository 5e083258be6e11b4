using System.Globalization;
using System.Text;
using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>
/// How long a server takes to start with data: from the start of the process until it answers, and the processor time of that. Each server writes snapshots of small strings
/// and of small hashes, and all load each of them in turn. <c>load [strings] [hashes] [rounds]</c>
/// </summary>
internal static class LoadingRun
{
    private const int FieldsPerHash = 5;
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    public static int Run(string[] arguments, IReadOnlyList<ServerCommand> servers)
    {
        int strings = Argument(arguments, 0, 5_000_000);
        int hashes = Argument(arguments, 1, 1_000_000);
        int rounds = Argument(arguments, 2, 3);
        foreach ((string name, int keys, Func<Random, int, string> request) in ((string, int, Func<Random, int, string>)[])
            [("small strings", strings, StringRequest), ("small hashes", hashes, HashRequest)])
        {
            foreach (ServerCommand writer in servers)
            {
                string directory = Directory.CreateTempSubdirectory("spinel-bench-").FullName;
                try
                {
                    Write(writer.With("--dir", directory), keys, request);
                    Compare(name, keys, writer, servers, directory, rounds);
                }
                finally
                {
                    Directory.Delete(directory, recursive: true);
                }
            }
        }

        return 0;
    }

    private static void Write(ServerCommand command, int keys, Func<Random, int, string> request)
    {
        using ServerProcess server = ServerProcess.Start(command);
        var random = new Random(1);
        LoadRun.Fill(server, keys, i => request(random, i));
        using (var connection = new RespConnection(server.Port, timeoutMs: 120_000))
        {
            RespValue reply = connection.Command("SAVE");
            if (reply.IsError)
            {
                throw server.Failure(reply.ToString());
            }
        }

        server.Kill();
    }

    private static void Compare(string name, int keys, ServerCommand writer, IReadOnlyList<ServerCommand> servers, string directory, int rounds)
    {
        var best = servers.ToDictionary(server => server.Name, _ => (Seconds: double.MaxValue, Cpu: double.MaxValue));
        for (int round = 0; round < rounds; round++)
        {
            foreach (ServerCommand command in servers)
            {
                using ServerProcess server = ServerProcess.Start(command.With("--dir", directory));
                double cpu = ProcessReadings.CpuSeconds(server.ProcessId);
                using (RespConnection connection = server.Connect())
                {
                    if (connection.Command("DBSIZE").Integer != keys)
                    {
                        throw server.Failure("has not loaded all keys");
                    }
                }

                (double seconds, double least) = best[command.Name];
                best[command.Name] = (Math.Min(seconds, server.StartupTime.TotalSeconds), Math.Min(least, cpu));
                server.Kill();
            }
        }

        (double firstSeconds, double firstCpu) = best[servers[0].Name];
        foreach (ServerCommand command in servers)
        {
            (double seconds, double cpu) = best[command.Name];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{keys} {name} written by {writer.Name}: {command.Name,-8}{seconds:F2} s (x {firstSeconds / seconds:F2}), processor time {cpu:F2} s (x {firstCpu / cpu:F2})"));
        }
    }

    private static string StringRequest(Random random, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"*3\r\n$3\r\nSET\r\n$16\r\nkey:{number:d12}\r\n$32\r\n{random.GetString(Characters, 32)}\r\n");

    private static string HashRequest(Random random, int number)
    {
        var request = new StringBuilder();
        request.Append(CultureInfo.InvariantCulture, $"*{2 + (2 * FieldsPerHash)}\r\n$4\r\nHSET\r\n$16\r\nkey:{number:d12}\r\n");
        for (int i = 0; i < FieldsPerHash; i++)
        {
            request.Append(CultureInfo.InvariantCulture, $"$7\r\nfield:{i}\r\n$16\r\n{random.GetString(Characters, 16)}\r\n");
        }

        return request.ToString();
    }

    private static int Argument(string[] arguments, int index, int otherwise) =>
        index < arguments.Length ? int.Parse(arguments[index], CultureInfo.InvariantCulture) : otherwise;
}
