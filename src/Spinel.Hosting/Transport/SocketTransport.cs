using System.Net;

namespace Spinel.Hosting.Transport;

internal sealed class SocketTransport : ITransport
{
    public IReadOnlyList<IPEndPoint> Endpoints => [];

    public void Open() => throw new NotSupportedException();

    public void Run() => throw new NotSupportedException();

    public void Close() => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
