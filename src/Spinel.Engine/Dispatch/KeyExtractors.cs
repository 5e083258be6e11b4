namespace Spinel.Engine.Dispatch;

/// <summary>
/// Key extractors of the commands whose options decide where keys are or what happens to them. Declarations name them
/// (<see cref="CommandAttribute.KeyExtractor"/>).
/// </summary>
public static class KeyExtractors
{
    private const KeySpecFlags Reads = KeySpecFlags.ReadOnly | KeySpecFlags.Access;
    private const KeySpecFlags Overwrites = KeySpecFlags.Overwrite | KeySpecFlags.Update;

    /// <summary>SET: with GET, or a condition on it, the old value is read too.</summary>
    public static bool Set(CommandArguments arguments, ref KeyList keys)
    {
        KeySpecFlags flags = Overwrites;
        for (int i = 3; i < arguments.Count; i++)
        {
            if (arguments.Is(i, "GET"u8) || arguments.Is(i, "IFEQ"u8) || arguments.Is(i, "IFNE"u8)
                || arguments.Is(i, "IFDEQ"u8) || arguments.Is(i, "IFDNE"u8))
            {
                flags = KeySpecFlags.ReadWrite | KeySpecFlags.Access | KeySpecFlags.Update;
            }
        }

        keys.Add(1, flags);
        return true;
    }

    /// <summary>BITFIELD: with nothing but GET it only reads.</summary>
    public static bool BitField(CommandArguments arguments, ref KeyList keys)
    {
        bool readOnly = true;
        for (int i = 2; i < arguments.Count && readOnly;)
        {
            int left = arguments.Count - i - 1;
            if (arguments.Is(i, "GET"u8) && left >= 2)
            {
                i += 3;
            }
            else if (arguments.Is(i, "OVERFLOW"u8) && left >= 1)
            {
                i += 2;
            }
            else
            {
                readOnly = false;
            }
        }

        keys.Add(1, readOnly ? Reads : KeySpecFlags.ReadWrite | KeySpecFlags.Access | KeySpecFlags.Update);
        return true;
    }

    /// <summary>SORT: the key and the target of STORE; the last STORE counts. BY and GET patterns are no keys.</summary>
    public static bool Sort(CommandArguments arguments, ref KeyList keys)
    {
        keys.Add(1, Reads);
        int target = 0;
        for (int i = 2; i < arguments.Count; i++)
        {
            if (arguments.Is(i, "LIMIT"u8))
            {
                i += 2;
            }
            else if (arguments.Is(i, "GET"u8) || arguments.Is(i, "BY"u8))
            {
                i++;
            }
            else if (arguments.Is(i, "STORE"u8) && i + 1 < arguments.Count)
            {
                target = ++i;
            }
        }

        if (target > 0)
        {
            keys.Add(target, Overwrites);
        }

        return true;
    }

    /// <summary>SORT_RO: the key alone.</summary>
    public static bool SortReadOnly(CommandArguments arguments, ref KeyList keys)
    {
        keys.Add(1, Reads);
        return true;
    }

    /// <summary>GEORADIUS and GEORADIUSBYMEMBER: the key and the target of STORE or STOREDIST; the last one counts.</summary>
    public static bool GeoRadius(CommandArguments arguments, ref KeyList keys)
    {
        keys.Add(1, Reads);
        int target = 0;
        for (int i = 5; i + 1 < arguments.Count; i++)
        {
            if (arguments.Is(i, "STORE"u8) || arguments.Is(i, "STOREDIST"u8))
            {
                target = ++i;
            }
        }

        if (target > 0)
        {
            keys.Add(target, Overwrites);
        }

        return true;
    }

    /// <summary>MIGRATE: the third argument, or everything behind KEYS when that is empty.</summary>
    public static bool Migrate(CommandArguments arguments, ref KeyList keys)
    {
        const KeySpecFlags Moves = KeySpecFlags.ReadWrite | KeySpecFlags.Access | KeySpecFlags.Delete;
        for (int i = 6; i < arguments.Count; i++)
        {
            if (arguments.Is(i, "KEYS"u8))
            {
                if (!arguments[3].IsEmpty)
                {
                    return false;
                }

                for (int key = i + 1; key < arguments.Count; key++)
                {
                    keys.Add(key, Moves);
                }

                return true;
            }

            // Passwords are skipped: one of them may be the word KEYS.
            i += arguments.Is(i, "AUTH"u8) ? 1 : arguments.Is(i, "AUTH2"u8) ? 2 : 0;
        }

        keys.Add(3, Moves);
        return true;
    }
}
