using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Statistics.Info;

/// <summary>INFO commandstats: a line for each command that was called.</summary>
internal static class CommandsInfo
{
    public static void Write(InfoWriter w, SpinelEngine engine)
    {
        foreach (CommandDescriptor command in engine.Commands.All)
        {
            CommandCounters counters = engine.Statistics.Commands[command.Id];
            if (counters.Calls == 0 && counters.Rejected == 0 && counters.Failed == 0)
            {
                continue;
            }

            long microseconds = engine.Clock.MicrosecondsBetween(0, counters.Ticks);
            double perCall = counters.Calls == 0 ? 0 : (double)microseconds / counters.Calls;
            w.Line($"cmdstat_{command.Name}:calls={counters.Calls},usec={microseconds},usec_per_call={InfoWriter.Fixed(perCall, 2)},rejected_calls={counters.Rejected},failed_calls={counters.Failed}");
        }
    }
}
