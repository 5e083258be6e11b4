using System.Buffers;
using Spinel.DataStructures;

namespace Spinel.Engine.Commands.Generic.Sorting;

/// <summary>
/// A BY or GET pattern: the first asterisk stands for the element; what follows <c>-&gt;</c> behind it is a field of the hash at that key;
/// <c>#</c> alone is the element itself.
/// </summary>
internal readonly ref struct SortPattern
{
    private readonly ReadOnlySpan<byte> _prefix;
    private readonly ReadOnlySpan<byte> _postfix;
    private readonly ReadOnlySpan<byte> _field;
    private readonly bool _hasPlace;

    public SortPattern(ReadOnlySpan<byte> pattern)
    {
        IsElement = pattern is [(byte)'#'];
        int asterisk = pattern.IndexOf((byte)'*');
        _hasPlace = asterisk >= 0;
        if (!_hasPlace)
        {
            return;
        }

        _prefix = pattern[..asterisk];
        _postfix = pattern[(asterisk + 1)..];
        int arrow = _postfix.IndexOf("->"u8);
        if (arrow >= 0 && arrow + 2 < _postfix.Length)
        {
            _field = _postfix[(arrow + 2)..];
            _postfix = _postfix[..arrow];
        }
    }

    /// <summary>The pattern is <c>#</c>.</summary>
    public bool IsElement { get; }

    /// <summary>
    /// Looks up what the pattern stands for with this element. False when there is no such key or field, or it holds something else; the value is in
    /// the keyspace or in <paramref name="scratch"/>, and valid until the next look-up.
    /// </summary>
    public bool TryLookUp(scoped ref readonly CommandContext c, scoped ReadOnlySpan<byte> element, Span<byte> scratch, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!_hasPlace)
        {
            return false;
        }

        int length = _prefix.Length + element.Length + _postfix.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent(Math.Max(length, 1));
        Span<byte> name = rented.AsSpan(0, length);
        _prefix.CopyTo(name);
        element.CopyTo(name[_prefix.Length..]);
        _postfix.CopyTo(name[(_prefix.Length + element.Length)..]);
        Database database = c.Database;
        ulong hash = database.Keys.Hash(name);
        KeyBlock block = c.Keyspace.Find(database, name, hash, c.Session.LookupFlags);
        ArrayPool<byte>.Shared.Return(rented);
        if (block.IsNull || block.Kind != (_field.IsEmpty ? ValueKind.String : ValueKind.Hash))
        {
            return false;
        }

        if (_field.IsEmpty)
        {
            value = block.GetString(scratch);
            return true;
        }

        if (!c.Keyspace.Removals.ExpireFieldIfDue(database, block, hash, _field) || !new HashValue(c.Keyspace.Heap, block).TryGet(_field, out ListpackValue found))
        {
            return false;
        }

        value = found.GetBytes(scratch);
        return true;
    }
}
