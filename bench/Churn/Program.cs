using System.Globalization;
using Spinel.Bench.Churn;
using Spinel.Engine.Configuration;
using Spinel.Hosting;

// dotnet run -c Release --project bench/Churn -- [--minutes 5] [--clients 500] [--seed 1]
// Some chunks for the next replies.
const long KeptBytes = 128 * 1024;
double minutes = Argument("--minutes", 1);
int clients = (int)Argument("--clients", 500);
int seed = (int)Argument("--seed", 1);

ServerOptions options = new ServerOptions()
    .Set("bind", "127.0.0.1")
    .Set("checked-heap", "yes")
    .Set("client-output-buffer-limit", "normal", "4mb", "1mb", "1");
var server = new SpinelServer(new SpinelServerSettings { Options = options, EphemeralPort = true });
await using (server.ConfigureAwait(false))
{
    server.Start();
    var audit = new ChurnAudit(server);
    ChurnReading before = await audit.ReadAsync().ConfigureAwait(false);
    ChurnSummary summary = await new ClientChurn(server.Endpoints[0], clients, seed).RunAsync(TimeSpan.FromMinutes(minutes)).ConfigureAwait(false);
    ChurnReading after = await audit.SettleAsync(before.UsedBytes + KeptBytes).ConfigureAwait(false);
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
