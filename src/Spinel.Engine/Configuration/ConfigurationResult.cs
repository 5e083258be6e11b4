namespace Spinel.Engine.Configuration;

/// <summary>What the arguments of the process ask for.</summary>
public enum StartRequest
{
    /// <summary>To run.</summary>
    Start,

    /// <summary>To explain the arguments.</summary>
    Help,

    /// <summary>To say its version.</summary>
    Version,
}

/// <summary>What <see cref="ConfigurationLoader"/> found.</summary>
/// <param name="Options">The options; incomplete if there is an error.</param>
public sealed record ConfigurationResult(ServerOptions Options)
{
    /// <summary>What the process was asked for.</summary>
    public StartRequest Request { get; init; }

    /// <summary>The whole text for standard error, lines ended, or null. The server must not start.</summary>
    public string? Error { get; init; }

    /// <summary>What the operator should know, one line each, without a full stop.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
