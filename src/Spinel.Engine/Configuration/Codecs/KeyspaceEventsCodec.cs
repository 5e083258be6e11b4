using System.Text;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>Classes of keyspace events, one letter each.</summary>
internal sealed class KeyspaceEventsCodec : OptionCodec
{
    // In the order in which values are written. 'A' is read as all of the classes that Complete holds.
    private static readonly (char Letter, KeyspaceEvents Class)[] Classes =
    [
        ('g', KeyspaceEvents.Generic), ('$', KeyspaceEvents.Strings), ('l', KeyspaceEvents.Lists), ('s', KeyspaceEvents.Sets),
        ('h', KeyspaceEvents.Hashes), ('z', KeyspaceEvents.SortedSets), ('x', KeyspaceEvents.Expired), ('e', KeyspaceEvents.Evicted),
        ('t', KeyspaceEvents.Streams), ('d', KeyspaceEvents.Modules), ('n', KeyspaceEvents.New), ('K', KeyspaceEvents.Keyspace),
        ('E', KeyspaceEvents.Keyevent), ('m', KeyspaceEvents.KeyMiss),
    ];

    public override string DescribeValues(OptionDescriptor option) => "letters";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words.Length != 1)
        {
            return WrongNumberOfArguments;
        }

        var events = KeyspaceEvents.None;
        foreach (var letter in words[0])
        {
            var added = letter == 'A' ? KeyspaceEvents.All : Array.Find(Classes, entry => entry.Letter == letter).Class;
            if (added == KeyspaceEvents.None)
            {
                return "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.";
            }

            events |= added;
        }

        value = new OptionValue((long)events);
        return null;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value)
    {
        var events = (KeyspaceEvents)value.Number;
        var text = new StringBuilder();
        if ((events & KeyspaceEvents.All) == KeyspaceEvents.All)
        {
            text.Append('A');
            events &= ~KeyspaceEvents.All;
        }

        foreach (var (letter, eventClass) in Classes)
        {
            if ((events & eventClass) != 0)
            {
                text.Append(letter);
            }
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    public override IEnumerable<byte[]> FormatLines(OptionDescriptor option, OptionValue value) =>
        [ConfigurationLine.Quote(Format(option, value))];
}
