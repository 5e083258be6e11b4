using System.Collections.Concurrent;
using Spinel.Engine;

namespace Spinel.Hosting.Tests;

internal sealed class MemoryLog : IServerLog
{
    private readonly ConcurrentQueue<string> _lines = new();

    internal IReadOnlyCollection<string> Lines => _lines;

    public bool IsEnabled(ServerLogLevel level) => true;

    public void Write(ServerLogLevel level, string message) => _lines.Enqueue(message);
}
