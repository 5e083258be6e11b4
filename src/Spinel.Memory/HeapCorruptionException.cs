namespace Spinel.Memory;

/// <summary>
/// A block was used against the heap's rules: freed twice, freed with a wrong size, written outside its bounds,
/// used from the wrong thread, or never freed. It is always a bug of the program, never of its input.
/// </summary>
public sealed class HeapCorruptionException : Exception
{
    /// <summary>Creates the exception without details.</summary>
    public HeapCorruptionException()
    {
    }

    /// <summary>Creates the exception with what happened and where the block was allocated.</summary>
    public HeapCorruptionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with what happened and its cause.</summary>
    public HeapCorruptionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
