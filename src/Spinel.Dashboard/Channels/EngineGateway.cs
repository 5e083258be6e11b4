using Spinel.Engine;

namespace Spinel.Dashboard.Channels;

/// <summary>Questions to the engine from other threads: each is a letter, and its answer a task.</summary>
internal sealed class EngineGateway(SpinelEngine engine)
{
    /// <summary>An engine that does not answer within this time is taken to be busy with something that browsers cannot wait for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal SpinelEngine Engine { get; } = engine;

    /// <summary>Runs a function on the engine thread.</summary>
    /// <exception cref="TimeoutException">The engine is too busy to answer, or has stopped.</exception>
    internal Task<T> AskAsync<T>(Func<SpinelEngine, T> question) => AskAsync(question, Patience);

    /// <inheritdoc cref="AskAsync{T}(Func{SpinelEngine, T})"/>
    internal Task<T> AskAsync<T>(Func<SpinelEngine, T> question, TimeSpan patience)
    {
        // The asker never goes on on the engine thread.
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Engine.Mailbox.Post(() =>
        {
            try
            {
                answer.TrySetResult(question(Engine));
            }
            catch (Exception e)
            {
                // A page that cannot be shown must not stop the server.
                answer.TrySetException(e);
            }
        });
        return answer.Task.WaitAsync(patience);
    }
}
