namespace Spinel.Engine.Configuration;

/// <summary>
/// Reads and writes the values of one kind of option. Codecs have no state beyond what describes the kind, so one instance
/// serves every server of the process.
/// </summary>
public abstract class OptionCodec
{
    /// <summary>What a value made of too many or too few words is refused with.</summary>
    protected const string WrongNumberOfArguments = "wrong number of arguments";

    /// <summary>What a line of a file is refused with that names no option, or not as it must be.</summary>
    internal const string BadDirective = "Bad directive or wrong number of arguments";

    /// <summary>Whether a value consists of several words: <c>CONFIG SET</c> then splits its one argument at spaces.</summary>
    public virtual bool IsMultiWord => false;

    /// <summary>Whether the default is another one wherever the server is started, so that a rewritten file must name the value.</summary>
    public virtual bool DependsOnEnvironment => false;

    /// <summary>Reads a value.</summary>
    /// <param name="option">The option the value is for.</param>
    /// <param name="words">The words after the option's name.</param>
    /// <param name="value">The value so far, which a codec of a repeatable option adds to; receives the new value if there is no error.</param>
    /// <returns>What is wrong, or null.</returns>
    public abstract string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value);

    /// <summary>The value as <c>CONFIG GET</c> shows it.</summary>
    public abstract byte[] Format(OptionDescriptor option, OptionValue value);

    /// <summary>What values there are, for the documentation: a phrase such as <c>yes, no</c>.</summary>
    public abstract string DescribeValues(OptionDescriptor option);

    /// <summary>The value as lines of a configuration file, without the option's name.</summary>
    public virtual IEnumerable<byte[]> FormatLines(OptionDescriptor option, OptionValue value) => [Format(option, value)];

    /// <summary>What a value is added to when a repeatable option is set anew; null for the present value.</summary>
    public virtual OptionValue? Empty => null;

    /// <summary>The words that one <c>CONFIG SET</c> argument or default stands for.</summary>
    internal byte[][] Split(ReadOnlySpan<byte> text)
    {
        if (!IsMultiWord)
        {
            return [text.ToArray()];
        }

        var words = new List<byte[]>();
        var endsWithEmptyWord = text.IsEmpty || text[^1] == ' ';
        while (ConfigurationLine.TryTake(ref text, (byte)' ', out var word))
        {
            words.Add(word.ToArray());
        }

        // Two spaces enclose an empty word, and an empty text is one: the codecs of lists take that for the empty list.
        if (endsWithEmptyWord)
        {
            words.Add([]);
        }

        return [.. words];
    }
}
