namespace Spinel.Engine.Configuration;

/// <summary>What is special about an option. An option without flags can be changed at any time and takes effect.</summary>
[Flags]
public enum OptionFlags
{
    /// <summary>Can be changed while the server runs, and has an effect.</summary>
    None = 0,

    /// <summary>Fixed once the server has started.</summary>
    Immutable = 1,

    /// <summary>Can be changed by <c>CONFIG SET</c> only where <c>enable-protected-configs</c> allows it.</summary>
    Protected = 2,

    /// <summary>Holds a secret: must not be written to logs.</summary>
    Sensitive = 4,

    /// <summary>Left out where options are listed; <c>CONFIG GET</c> shows it only to who names it in full.</summary>
    Hidden = 8,

    /// <summary>Accepted and remembered because clients and tools set it, but nothing acts on it yet.</summary>
    NotYet = 16,

    /// <summary>A directive of configuration files and the command line that <c>CONFIG GET</c> and <c>CONFIG SET</c> do not know.</summary>
    FileOnly = 32,
}

/// <summary>How a number is written in a configuration.</summary>
public enum OptionUnit
{
    /// <summary>A plain decimal integer.</summary>
    None,

    /// <summary>Bytes, with <c>k m g</c> for powers of 1000 and <c>kb mb gb</c> for powers of 1024.</summary>
    Bytes,

    /// <summary>Bytes as above, or a percentage of <c>maxmemory</c>, which is kept as a negative number.</summary>
    BytesOrPercent,

    /// <summary>An octal integer, as file modes are written.</summary>
    Octal,
}
