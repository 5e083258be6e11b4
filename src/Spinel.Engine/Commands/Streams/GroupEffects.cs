using Spinel.DataStructures;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Commands.Streams;

/// <summary>How deliveries are told to replicas and files: as their outcome, which does not depend on the clock or on who asks.</summary>
internal static class GroupEffects
{
    /// <summary>A pending entry as it is now.</summary>
    public static void Claim(ref CommandContext c, int key, int groupIndex, StreamGroup group, StreamId id, PendingEntry entry)
    {
        if (!c.Keyspace.Effects.IsActive)
        {
            return;
        }

        Span<byte> scratch = stackalloc byte[StreamId.MaxLength];
        EffectStream effect = c.BeginEffect("XCLAIM"u8);
        effect.Add(c[key]);
        effect.Add(c[groupIndex]);
        effect.Add(entry.Consumer.Name);
        effect.Add(0);
        effect.Add(id.Format(scratch));
        effect.Add("TIME"u8);
        effect.Add(entry.DeliveredMs);
        effect.Add("RETRYCOUNT"u8);
        effect.Add(entry.DeliveryCount);
        effect.Add("FORCE"u8);
        effect.Add("JUSTID"u8);
        effect.Add("LASTID"u8);
        effect.Add(group.LastId.Format(scratch));
    }

    /// <summary>How far a group has got.</summary>
    public static void Position(ref CommandContext c, int key, int groupIndex, StreamGroup group)
    {
        Span<byte> scratch = stackalloc byte[StreamId.MaxLength];
        EffectStream effect = c.BeginEffect("XGROUP"u8);
        effect.Add("SETID"u8);
        effect.Add(c[key]);
        effect.Add(c[groupIndex]);
        effect.Add(group.LastId.Format(scratch));
        effect.Add("ENTRIESREAD"u8);
        effect.Add(group.EntriesRead);
    }
}
