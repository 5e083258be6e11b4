namespace Spinel.Server;

/// <summary>What the server calls itself on its command line and in its log.</summary>
internal static class ServerVersion
{
    /// <summary>The Redis version whose behaviour is provided; tools that look for <c>v=</c> find this one.</summary>
    internal const string Compatible = "7.0.15";

    internal const string Number = "0.1.0";

    internal const string Product = "Spinel " + Number;

    internal const string Line = "Spinel server v=" + Compatible + " spinel=" + Number + " bits=64";
}
