using System.Net.Sockets;
using Spinel.Engine;
using Spinel.Hosting;

namespace Spinel.Bench.Churn;

/// <summary>What a server holds, read on its own thread.</summary>
internal sealed class ChurnAudit(SpinelServer server)
{
    private const int Attempts = 200;
    private const int AttemptMs = 50;

    public Task<ChurnReading> ReadAsync() => OnEngine(static engine =>
    {
        engine.Heap.ReclaimRemoteFrees();
        long keys = Enumerable.Range(0, engine.Keyspace.DatabaseCount).Sum(i => engine.Keyspace[i].Count);
        return new ChurnReading(engine.Heap.BytesInUse, GC.GetTotalMemory(forceFullCollection: true), engine.Sessions.Count, keys);
    });

    /// <summary>
    /// Empties the databases, and waits until the server has noticed that all clients are gone, and has given back all memory but for so many bytes. When it
    /// does not get there, the last reading tells.
    /// </summary>
    public async Task<ChurnReading> SettleAsync(long goalBytes)
    {
        using (var socket = new Socket(server.Endpoints[0].AddressFamily, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(server.Endpoints[0]).ConfigureAwait(false);
            await socket.SendAsync("FLUSHALL SYNC\r\n"u8.ToArray()).ConfigureAwait(false);
            await socket.ReceiveAsync(new byte[16]).ConfigureAwait(false);
        }

        ChurnReading reading = await ReadAsync().ConfigureAwait(false);
        for (int i = 0; i < Attempts && (reading.Sessions > 0 || reading.UsedBytes > goalBytes); i++)
        {
            await Task.Delay(AttemptMs).ConfigureAwait(false);
            reading = await ReadAsync().ConfigureAwait(false);
        }

        return reading;
    }

    private Task<T> OnEngine<T>(Func<SpinelEngine, T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Engine.Mailbox.Post(() =>
        {
            try
            {
                result.SetResult(work(server.Engine));
            }
            catch (Exception e)
            {
                result.SetException(e);
                throw;
            }
        });
        return result.Task;
    }
}

/// <param name="UsedBytes">Blocks of the native heap.</param>
/// <param name="ManagedBytes">Live objects of the managed heap.</param>
/// <param name="Sessions">Clients that the server believes to be connected.</param>
/// <param name="Keys">Keys of all databases.</param>
internal sealed record ChurnReading(long UsedBytes, long ManagedBytes, int Sessions, long Keys);
