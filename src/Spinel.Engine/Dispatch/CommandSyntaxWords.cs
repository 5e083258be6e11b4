namespace Spinel.Engine.Dispatch;

/// <summary>The words of the syntax notation: where they end, which are literal, and which type a name has by custom.</summary>
internal static class CommandSyntaxWords
{
    /// <summary>Splits a syntax into brackets, bars and words.</summary>
    public static List<string> Split(string text)
    {
        var tokens = new List<string>();
        int position = 0;
        while (position < text.Length)
        {
            char c = text[position];
            if (char.IsWhiteSpace(c))
            {
                position++;
                continue;
            }

            int end = position + 1;
            if (!IsMark(c))
            {
                while (end < text.Length && !IsMark(text[end]) && !char.IsWhiteSpace(text[end]))
                {
                    end++;
                }
            }

            tokens.Add(text.Substring(position, end - position));
            position = end;
        }

        return tokens;
    }

    /// <summary>A word without small letters stands for itself.</summary>
    public static bool IsToken(string word)
    {
        return word.Length > 0 && !IsMark(word[0]) && word != "..." && !word.Any(c => c is >= 'a' and <= 'z') && !(word.Length > 1 && word[word.Length - 1] == '=');
    }

    /// <summary>The literal that a token in quotes means.</summary>
    public static string Unquote(string token) => token == "''" ? "\"\"" : token;

    /// <summary>The name under which a literal is listed.</summary>
    public static string TokenName(string token)
    {
        return token switch
        {
            "''" or "\"\"" => "empty-string",
            "=" => "equal",
            "~" => "approximately",
            "*" => "auto-id",
            "$" => "new-id",
            "-" => "minus",
            "+" => "plus",
            _ => token.ToLowerInvariant(),
        };
    }

    /// <summary>
    /// Splits <c>name:type@spec</c>; a name alone has the type that names like it usually have, and <paramref name="keySpec"/> is -1
    /// where no key specification is given.
    /// </summary>
    public static bool TryValue(string word, out string name, out CommandArgumentType type, out int keySpec)
    {
        keySpec = -1;
        if (word.Length > 2 && word[word.Length - 2] == '@' && word[word.Length - 1] is >= '0' and <= '9')
        {
            keySpec = word[word.Length - 1] - '0';
            word = word.Substring(0, word.Length - 2);
        }

        name = word;
        type = CommandArgumentType.String;
        if (word.Length == 0 || IsMark(word[0]) || word == "...")
        {
            return false;
        }

        int colon = word.LastIndexOf(':');
        if (colon < 0)
        {
            type = UsualType(word);
            return true;
        }

        name = word.Substring(0, colon);
        CommandArgumentType? named = word.Substring(colon + 1) switch
        {
            "string" => CommandArgumentType.String,
            "integer" => CommandArgumentType.Integer,
            "double" => CommandArgumentType.Double,
            "key" => CommandArgumentType.Key,
            "pattern" => CommandArgumentType.Pattern,
            "unix-time" => CommandArgumentType.UnixTime,
            _ => null,
        };
        type = named ?? CommandArgumentType.String;
        return named is not null && name.Length > 0;
    }

    private static bool IsMark(char c) => c is '[' or ']' or '<' or '>' or '|';

    private static CommandArgumentType UsualType(string name)
    {
        return name switch
        {
            "key" or "newkey" or "source" or "destination" or "key1" or "key2" or "destkey" or "sourcekey" => CommandArgumentType.Key,
            "pattern" => CommandArgumentType.Pattern,
            "cursor" or "count" or "numkeys" or "offset" or "start" or "stop" or "end" or "index" or "increment" or "decrement" or "seconds"
                or "milliseconds" or "destination-db" or "index1" or "index2" or "length" or "len" or "port" or "limit" or "rank" or "bit"
                or "ttl" or "samples" or "client-id" or "slot" or "start-slot" or "end-slot" or "numreplicas"
                or "num-matches" => CommandArgumentType.Integer,
            "score" or "min" or "max" or "longitude" or "latitude" or "radius" or "width" or "height" => CommandArgumentType.Double,
            _ when name.StartsWith("unix-time", StringComparison.Ordinal) => CommandArgumentType.UnixTime,
            _ => CommandArgumentType.String,
        };
    }
}
