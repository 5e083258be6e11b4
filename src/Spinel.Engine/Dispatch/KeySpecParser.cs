namespace Spinel.Engine.Dispatch;

/// <summary>Reads the notation of <see cref="KeySpec"/>. The generator uses this same source to check declarations.</summary>
internal static class KeySpecParser
{
    /// <summary>Parses a list of specifications; <paramref name="error"/> tells what is wrong when the result is empty and the text is not.</summary>
    public static KeySpec[] Parse(string text, out string? error)
    {
        error = null;
        if (text.Trim().Length == 0)
        {
            return [];
        }

        string[] parts = text.Split(';');
        var specs = new KeySpec[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            KeySpec? spec = ParseOne(parts[i].Trim(), out error);
            if (spec is null)
            {
                return [];
            }

            specs[i] = spec;
        }

        return specs;
    }

    /// <summary>
    /// The first key, last key and step that older clients understand: the positions covered by those of the specifications that are
    /// plain ranges and adjoin each other. Zeros when there are none.
    /// </summary>
    public static (int First, int Last, int Step) LegacyRange(KeySpec[] specs)
    {
        if (specs.Length == 1 && specs[0].Search == KeySearch.Index && specs[0].Find == KeyFind.Range)
        {
            KeySpec only = specs[0];
            return (only.Begin, only.Last >= 0 ? only.Begin + only.Last : only.Last, only.Step);
        }

        int first = 0;
        int last = 0;
        foreach (KeySpec spec in specs)
        {
            if (spec.Search != KeySearch.Index || spec.Find != KeyFind.Range)
            {
                continue;
            }

            if (spec.Step != 1 || (last != 0 && last != spec.Begin - 1))
            {
                break;
            }

            first = first == 0 ? spec.Begin : Math.Min(first, spec.Begin);
            last = spec.Last >= 0 ? spec.Begin + spec.Last : spec.Last;
        }

        return first == 0 ? (0, 0, 0) : (first, last, 1);
    }

    private static KeySpec? ParseOne(string text, out string? error)
    {
        int dashes = text.IndexOf("--", StringComparison.Ordinal);
        string note = dashes < 0 ? "" : text.Substring(dashes + 2).Trim();
        text = dashes < 0 ? text : text.Substring(0, dashes);
        string[] words = text.Split([' '], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            error = "an empty key specification";
            return null;
        }

        KeySpecFlags flags = KeySpecFlags.None;
        foreach (string word in words.Skip(1))
        {
            if (!KeySpecFlagsText.TryParse(word, out KeySpecFlags flag))
            {
                error = $"'{word}' is no key flag";
                return null;
            }

            flags |= flag;
        }

        KeySpec? spec = ParsePlace(words[0], flags, note);
        error = spec is null ? $"'{words[0]}' is no key position" : null;
        return spec;
    }

    private static KeySpec? ParsePlace(string place, KeySpecFlags flags, string note)
    {
        if (place == "?")
        {
            return new KeySpec(KeySearch.Unknown, 0, "", KeyFind.Unknown, 0, 0, 0, flags, note);
        }

        string keyword = "";
        int at = place.IndexOf('@');
        if (at == 0)
        {
            return null;
        }

        if (at > 0)
        {
            keyword = place.Substring(0, at);
            place = place.Substring(at + 1);
        }

        KeySearch search = at > 0 ? KeySearch.Keyword : KeySearch.Index;
        int rest = 0;
        if (!ReadNumber(place, ref rest, out int begin) || (search == KeySearch.Index ? begin < 1 : begin == 0))
        {
            return null;
        }

        if (rest < place.Length && place[rest] == '#')
        {
            return ParseCount(place.Substring(rest + 1), search, begin, keyword, flags, note);
        }

        int last = 0;
        if (string.CompareOrdinal(place, rest, "..", 0, 2) == 0)
        {
            rest += 2;
            if (!ReadNumber(place, ref rest, out last) || (last >= 0 && (search != KeySearch.Index || last < begin)))
            {
                return null;
            }

            last = last >= 0 ? last - begin : last;
        }

        int step = 1;
        int limit = 0;
        bool valid = ReadSuffix(place, ref rest, '/', ref step) && ReadSuffix(place, ref rest, '%', ref limit) && rest == place.Length;
        return valid ? new KeySpec(search, begin, keyword, KeyFind.Range, last, step, limit, flags, note) : null;
    }

    private static KeySpec? ParseCount(string text, KeySearch search, int begin, string keyword, KeySpecFlags flags, string note)
    {
        int[] numbers = [0, 1, 1];
        if (text.Length > 0)
        {
            string[] parts = text.Split(',');
            int end = 0;
            for (int i = 0; i < 3; i++, end = 0)
            {
                if (parts.Length != 3 || !ReadNumber(parts[i], ref end, out numbers[i]) || end != parts[i].Length || numbers[i] < 0)
                {
                    return null;
                }
            }
        }

        return numbers[2] < 1 ? null : new KeySpec(search, begin, keyword, KeyFind.KeyNumber, numbers[0], numbers[2], numbers[1], flags, note);
    }

    private static bool ReadSuffix(string text, ref int position, char mark, ref int value)
    {
        if (position >= text.Length || text[position] != mark)
        {
            return true;
        }

        position++;
        return ReadNumber(text, ref position, out value) && value >= 1;
    }

    // At most four digits: no command has more arguments than that before its keys.
    private static bool ReadNumber(string text, ref int position, out int value)
    {
        bool negative = position < text.Length && text[position] == '-';
        int start = negative ? position + 1 : position;
        int end = start;
        value = 0;
        while (end < text.Length && text[end] is >= '0' and <= '9' && end - start < 4)
        {
            value = (value * 10) + text[end] - '0';
            end++;
        }

        value = negative ? -value : value;
        position = end;
        return end > start;
    }
}
