using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Strings;

/// <summary>The ways to say when a key expires: <c>EX | PX | EXAT | PXAT</c>, and <c>KEEPTTL</c> or <c>PERSIST</c>.</summary>
internal enum ExpiryWord : byte
{
    None,
    Seconds,
    Milliseconds,
    UnixSeconds,
    UnixMilliseconds,
    Keep,
    Persist,
}

/// <summary>An expiry among a command's options: which word was given and where its value stands.</summary>
internal struct ExpiryOption
{
    private int _valueIndex;

    public ExpiryWord Word { get; private set; }

    /// <summary>True when the option gives a time.</summary>
    public readonly bool HasTime => Word is >= ExpiryWord.Seconds and <= ExpiryWord.UnixMilliseconds;

    /// <summary>Takes argument <paramref name="index"/> if it is a word that gives a time, with the argument behind it.</summary>
    /// <returns>False when it is not one, or another was taken before, or its value is missing: a syntax error. Of one given twice the last counts.</returns>
    public bool TryTakeTime(ref readonly CommandContext c, ref int index)
    {
        if (index + 1 >= c.Count)
        {
            return false;
        }

        ExpiryWord word =
            c.Is(index, "EX"u8) ? ExpiryWord.Seconds
            : c.Is(index, "PX"u8) ? ExpiryWord.Milliseconds
            : c.Is(index, "EXAT"u8) ? ExpiryWord.UnixSeconds
            : c.Is(index, "PXAT"u8) ? ExpiryWord.UnixMilliseconds
            : ExpiryWord.None;
        if (word == ExpiryWord.None || !TryTake(word))
        {
            return false;
        }

        _valueIndex = ++index;
        return true;
    }

    /// <summary>Takes a word; false when another was taken before.</summary>
    public bool TryTake(ExpiryWord word)
    {
        if (Word != ExpiryWord.None && Word != word)
        {
            return false;
        }

        Word = word;
        return true;
    }

    /// <summary>The time in Unix milliseconds. Replies with an error and returns false when the value makes none.</summary>
    public readonly bool TryGetTime(ref CommandContext c, out long unixTimeMs)
    {
        unixTimeMs = 0;
        return c.TryInteger(_valueIndex, out long value)
            && TryGetTime(ref c, value, Word is ExpiryWord.Seconds or ExpiryWord.UnixSeconds, Word is ExpiryWord.Seconds or ExpiryWord.Milliseconds, out unixTimeMs);
    }

    /// <summary>Turns a positive number of seconds or milliseconds, from now or from the epoch, into Unix milliseconds.</summary>
    public static bool TryGetTime(ref CommandContext c, long value, bool seconds, bool relative, out long unixTimeMs)
    {
        unixTimeMs = value;
        bool valid = value > 0 && (!seconds || value <= long.MaxValue / 1000);
        if (valid)
        {
            unixTimeMs = seconds ? value * 1000 : value;
            valid = !relative || unixTimeMs <= long.MaxValue - c.NowMs;
        }

        if (!valid)
        {
            c.Error(Errors.InvalidExpire(c.Command.Name));
            return false;
        }

        unixTimeMs += relative ? c.NowMs : 0;
        return true;
    }
}
