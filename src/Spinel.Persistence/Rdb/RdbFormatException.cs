using System.Globalization;

namespace Spinel.Persistence.Rdb;

/// <summary>Bytes that are no RDB file or value: what is wrong with them, and where.</summary>
public sealed class RdbFormatException : FormatException
{
    public RdbFormatException()
    {
    }

    public RdbFormatException(string message)
        : base(message)
    {
    }

    public RdbFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal RdbFormatException(string problem, long offset, string? key = null)
        : base(Describe(problem, offset, key))
    {
        Problem = problem;
        Offset = offset;
        Key = key;
    }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; } = "";

    /// <summary>Where in the file or payload, in bytes from its start.</summary>
    public long Offset { get; }

    /// <summary>The key to which the bytes belong; null when they belong to none.</summary>
    public string? Key { get; }

    internal RdbFormatException WithKey(string key) => new(Problem, Offset, key);

    private static string Describe(string problem, long offset, string? key)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $" at offset {offset}");
        return key is null ? problem + place : $"{problem}{place}, key '{key}'";
    }
}
