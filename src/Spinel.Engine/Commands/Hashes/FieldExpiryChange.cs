using Spinel.DataStructures;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>Commits changes of the expiry of fields, with the effects that say what came of them.</summary>
internal static class FieldExpiryChange
{
    /// <summary>
    /// Commits after fields among those given have got the expiry <paramref name="atMs"/>. The effect names all that have it now: to set once more what a
    /// field has already changes nothing.
    /// </summary>
    public static void CommitSet(ref CommandContext c, scoped KeyWriter writer, in HashValue hash, FieldArguments fields, long atMs, long changes)
    {
        HashAccess.Store(ref writer, in hash);
        writer.Commit(KeyEvent.HExpire, changes);
        if (!c.Keyspace.Effects.IsActive)
        {
            return;
        }

        int count = 0;
        for (int i = fields.First; i < fields.End; i++)
        {
            count += hash.TryGetExpiry(c[i], out long ms) && ms == atMs ? 1 : 0;
        }

        EffectStream effect = c.BeginEffect("HPEXPIREAT"u8);
        effect.Add(c[1]);
        effect.Add(atMs);
        effect.Add("FIELDS"u8);
        effect.Add(count);
        for (int i = fields.First; i < fields.End; i++)
        {
            if (hash.TryGetExpiry(c[i], out long ms) && ms == atMs)
            {
                effect.Add(c[i]);
            }
        }
    }

    /// <summary>Adds the expiry that a field has kept to the effect that sets it: HSET alone would end it.</summary>
    public static void RecordKept(ref CommandContext c, in HashValue hash, int field)
    {
        if (hash.TryGetExpiry(c[field], out long atMs) && atMs != KeyBlock.NoExpiry)
        {
            EffectStream effect = c.BeginEffect("HPEXPIREAT"u8);
            effect.Add(c[1]);
            effect.Add(atMs);
            effect.Add("FIELDS"u8);
            effect.Add(1);
            effect.Add(c[field]);
        }
    }

    /// <summary>Commits after fields among those given have been removed. The effect names all that are not there now.</summary>
    public static void CommitRemoval(ref CommandContext c, scoped KeyWriter writer, in HashValue hash, FieldArguments fields, long removed)
    {
        EffectStream effect = c.BeginEffect("HDEL"u8);
        effect.Add(c[1]);
        for (int i = fields.First; i < fields.End; i++)
        {
            if (!hash.Contains(c[i]))
            {
                effect.Add(c[i]);
            }
        }

        HashAccess.StoreRemoval(writer, in hash, KeyEvent.HDel, removed);
    }
}
