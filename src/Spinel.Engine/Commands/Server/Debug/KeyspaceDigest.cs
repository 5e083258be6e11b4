using System.Buffers.Binary;
using System.Text;
using Spinel.DataStructures;
using Spinel.Engine.Security;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server.Debug;

/// <summary>
/// A signature of data that does not depend on the order in which the data are visited, equal to that of Redis: two servers with the same keys,
/// values and expiring keys have the same one.
/// <para>
/// Two operations on 20 bytes make it. <em>Add</em>: exclusive or with the SHA-1 of a text, for what has no order. <em>Mix</em>: add, then
/// replace by its own SHA-1, for what has. A key is mixed with its name, the number of its type and its value; that it expires, not when, is added.
/// </para>
/// </summary>
internal struct KeyspaceDigest
{
    public const int SizeBytes = Sha1.HashBytes;

    private UInt160 _state;

    /// <summary>The signature of a whole keyspace.</summary>
    public static KeyspaceDigest OfAll(Keyspace keyspace)
    {
        var total = new KeyspaceDigest();
        Span<byte> number = stackalloc byte[sizeof(int)];
        for (int i = 0; i < keyspace.DatabaseCount; i++)
        {
            KeyTable keys = keyspace[i].Keys;
            if (keys.Count == 0)
            {
                continue;
            }

            BinaryPrimitives.WriteInt32BigEndian(number, i);
            total.Mix(number);
            var visitor = new AddingVisitor(total);
            ulong cursor = 0;
            do
            {
                cursor = keys.Scan(cursor, ref visitor);
            }
            while (cursor != 0);
            total = visitor.Total;
        }

        return total;
    }

    /// <summary>The signature of the value of a key; zero when there is no key.</summary>
    public static KeyspaceDigest OfValue(KeyBlock block)
    {
        var digest = new KeyspaceDigest();
        if (!block.IsNull)
        {
            digest.MixValue(block);
        }

        return digest;
    }

    /// <summary>The signature in 40 hexadecimal digits.</summary>
    public readonly byte[] ToHex()
    {
        ReadOnlySpan<byte> bytes = _state;
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes));
    }

    private void Add(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[SizeBytes];
        Sha1.Hash(data, hash);
        for (int i = 0; i < SizeBytes; i++)
        {
            _state[i] ^= hash[i];
        }
    }

    private void Mix(ReadOnlySpan<byte> data)
    {
        Add(data);
        Span<byte> hash = stackalloc byte[SizeBytes];
        Span<byte> state = _state;
        Sha1.Hash(state, hash);
        hash.CopyTo(state);
    }

    private void MixValue(KeyBlock block)
    {
        Span<byte> type = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(type, (int)block.Kind);
        Mix(type);
        Span<byte> number = stackalloc byte[KeyBlock.IntegerScratchBytes];
        switch (block.Kind)
        {
            case ValueKind.String:
                Mix(block.GetString(number));
                break;
            case ValueKind.List:
                var list = new Quicklist(block.Payload);
                for (QuicklistCursor place = list.First; !place.IsNone; place = place.Next())
                {
                    Mix(place.Value.GetBytes(number));
                }

                list.CloseCopies();

                break;
            case ValueKind.Set:
                foreach (SetMember member in SetValue.Of(block))
                {
                    Add(member.GetText(number));
                }

                break;
            case ValueKind.Hash:
                AddFields(block);
                break;
            case ValueKind.SortedSet:
                AddScores(block);
                break;
            case ValueKind.Stream:
                MixEntries(block);
                break;
            default:
                throw new NotSupportedException($"no digest of values of kind {block.Kind}");
        }

        if (block.HasExpiry)
        {
            Add("!!expire!!"u8);
        }
    }

    /// <summary>Fields have no order, but each goes with its value.</summary>
    private void AddFields(KeyBlock block)
    {
        Span<byte> digits = stackalloc byte[ListpackNumber.MaxLength];
        HashFields fields = HashValue.FieldsOf(block);
        while (fields.MoveNext())
        {
            var pair = new KeyspaceDigest();
            pair.Mix(fields.Field.GetBytes(digits));
            pair.Mix(fields.Value.GetBytes(digits));
            ReadOnlySpan<byte> bytes = pair._state;
            Add(bytes);
        }
    }

    /// <summary>The order follows from the scores, so each member just goes with its own.</summary>
    private void AddScores(KeyBlock block)
    {
        Span<byte> digits = stackalloc byte[SortedSet.ScratchBytes];
        Span<byte> score = stackalloc byte[DoubleText.MaxLength];
        for (SortedSetCursor cursor = new SortedSet(block.Payload, block.Encoding).At(0); cursor.IsValid; cursor.MoveNext())
        {
            var pair = new KeyspaceDigest();
            pair.Mix(cursor.GetName(digits));
            pair.Mix(score[..DoubleText.Format(cursor.Score, score)]);
            ReadOnlySpan<byte> bytes = pair._state;
            Add(bytes);
        }
    }

    private void MixEntries(KeyBlock block)
    {
        Span<byte> text = stackalloc byte[StreamId.MaxLength];
        Span<byte> digits = stackalloc byte[ListpackNumber.MaxLength];
        StreamEntries entries = new StreamValue(block.Payload).Range(StreamId.Min, StreamId.Max);
        while (entries.MoveNext())
        {
            // Here, and only here, the two halves of an id are parted by a dot.
            ReadOnlySpan<byte> id = entries.Id.Format(text);
            text[id.IndexOf((byte)'-')] = (byte)'.';
            Mix(id);
            while (entries.TryReadPair(out ListpackValue field, out ListpackValue value))
            {
                Mix(field.GetBytes(digits));
                Mix(value.GetBytes(digits));
            }
        }
    }

    [System.Runtime.CompilerServices.InlineArray(SizeBytes)]
    private struct UInt160
    {
        private byte _first;
    }

    private struct AddingVisitor(KeyspaceDigest total) : IKeyVisitor
    {
        public KeyspaceDigest Total = total;

        public void Visit(KeyBlock block)
        {
            var digest = new KeyspaceDigest();
            digest.Mix(block.Key);
            digest.MixValue(block);
            ReadOnlySpan<byte> bytes = digest._state;
            Total.Add(bytes);
        }
    }
}
