using System.Globalization;
using System.Text;
using Spinel.Bench.Churn;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Hosting;

// dotnet run -c Release --project bench/Churn -- [--minutes 5] [--clients 500] [--seed 1]
double minutes = Argument("--minutes", 1);
int clients = (int)Argument("--clients", 500);
int seed = (int)Argument("--seed", 1);

var options = new ServerOptions();
var settings = new (string Name, string[] Value)[]
{
    ("bind", ["127.0.0.1"]), ("checked-heap", ["yes"]), ("client-output-buffer-limit", ["normal", "4mb", "1mb", "1"]),
};
foreach ((string name, string[] value) in settings)
{
    if (new OptionTransaction(options).Run([Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes(string.Join(' ', value))], mayChangeProtected: true) is { } refusal)
    {
        Console.Error.WriteLine($"{name}: {Encoding.UTF8.GetString(refusal)}");
        return 1;
    }
}

var server = new SpinelServer(new SpinelServerSettings { Options = options, EphemeralPort = true });
await using (server.ConfigureAwait(false))
{
    server.Start();
    var audit = new ChurnAudit(server);
    ChurnReading before = await audit.ReadAsync().ConfigureAwait(false);
    ChurnSummary summary = await new ClientChurn(server.Endpoints[0], clients, seed).RunAsync(TimeSpan.FromMinutes(minutes)).ConfigureAwait(false);
    ChurnReading after = await audit.SettleAsync().ConfigureAwait(false);
    Console.WriteLine(summary);
    Console.WriteLine($"before: {before}");
    Console.WriteLine($"after:  {after}");
}

// The checked heap has had its say when the server was disposed of.
Console.WriteLine("no leaks");
return 0;

double Argument(string name, double otherwise)
{
    int index = Array.IndexOf(args, name);
    return index >= 0 && index + 1 < args.Length ? double.Parse(args[index + 1], CultureInfo.InvariantCulture) : otherwise;
}
