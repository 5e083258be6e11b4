using Spinel.Dashboard.Security;
using Spinel.Engine;

namespace Spinel.Dashboard.Channels;

/// <summary>Runs one command in a session that lasts no longer, with a viewer's rights.</summary>
internal sealed class OneCommand : IChannelReader
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource<byte[]> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OneCommand()
    {
    }

    /// <summary>The reply as it came; an error of its own when there is none.</summary>
    /// <exception cref="TimeoutException">The engine does not answer.</exception>
    internal static async Task<byte[]> RunAsync(SpinelEngine engine, Viewer viewer, DashboardLimits limits, params string[] command)
    {
        var one = new OneCommand();
        var channel = new EngineChannel(engine, viewer, one, limits.MaxReplyBytes, isObserving: true);
        channel.Send(RequestBytes.Of(command));
        try
        {
            return await one._reply.Task.WaitAsync(Patience).ConfigureAwait(false);
        }
        finally
        {
            channel.Close();
        }
    }

    void IChannelReader.OnReply(ScannedReply reply, long timestamp) =>
        _reply.TrySetResult(reply.IsTooLong ? "-ERR the reply is too long\r\n"u8.ToArray() : reply.Bytes.ToArray());

    void IChannelReader.OnClosed(string reason) => _reply.TrySetResult(System.Text.Encoding.UTF8.GetBytes($"-ERR {reason}\r\n"));
}
