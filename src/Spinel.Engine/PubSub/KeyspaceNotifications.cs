using System.Buffers.Text;
using Spinel.Engine.Configuration;

namespace Spinel.Engine.PubSub;

/// <summary>
/// Publishes what happens to keys, as <c>notify-keyspace-events</c> asks for: <c>__keyspace@0__:key</c> gets the event's name,
/// <c>__keyevent@0__:event</c> the key. Changes are heard of at the write door; the observer is in place only while the option names a class, so a
/// server that does not use notifications pays nothing.
/// </summary>
internal sealed class KeyspaceNotifications(Keyspace keyspace, MessageBroker broker) : IKeyChangeObserver
{
    private const int KeptNameBytes = 64 * 1024;

    /// <summary>The words around the database's number.</summary>
    private const int WordsBytes = 32;

    private byte[] _name = new byte[256];
    private KeyspaceEvents _events;
    private bool _isSubscribed;

    /// <summary>Brings the classes that are published up to date.</summary>
    public void Set(KeyspaceEvents events)
    {
        // Without K or E there is no channel to publish on.
        _events = (events & (KeyspaceEvents.Keyspace | KeyspaceEvents.Keyevent)) != 0 ? events : KeyspaceEvents.None;
        bool isWanted = (_events & ~(KeyspaceEvents.Keyspace | KeyspaceEvents.Keyevent)) != 0;
        if (isWanted != _isSubscribed)
        {
            _isSubscribed = isWanted;
            if (isWanted)
            {
                keyspace.Subscribe(this);
            }
            else
            {
                keyspace.Unsubscribe(this);
            }
        }

        keyspace.MissListener = (_events & KeyspaceEvents.KeyMiss) != 0 ? this : null;
        keyspace.NewKeyListener = (_events & KeyspaceEvents.New) != 0 ? this : null;
    }

    public void AfterChange(Database database, ReadOnlySpan<byte> key, KeyEvent keyEvent)
    {
        if (((int)_events & (int)KeyEvents.ClassOf(keyEvent)) != 0 && broker.HasListeners)
        {
            Publish(database.Index, key, KeyEvents.NameOf(keyEvent));
        }
    }

    public void OnFlush(Database database)
    {
    }

    public void OnSwap(Database first, Database second)
    {
    }

    /// <summary>A key was looked for to be read, and is not there.</summary>
    public void OnMiss(Database database, ReadOnlySpan<byte> key)
    {
        if (broker.HasListeners)
        {
            Publish(database.Index, key, "keymiss"u8);
        }
    }

    private void Publish(int database, ReadOnlySpan<byte> key, ReadOnlySpan<byte> name)
    {
        if ((_events & KeyspaceEvents.Keyspace) != 0)
        {
            broker.Publish(ChannelName("__keyspace@"u8, database, key), name);
        }

        if ((_events & KeyspaceEvents.Keyevent) != 0)
        {
            broker.Publish(ChannelName("__keyevent@"u8, database, name), key);
        }

        if (_name.Length > KeptNameBytes)
        {
            _name = new byte[256];
        }
    }

    private ReadOnlySpan<byte> ChannelName(ReadOnlySpan<byte> prefix, int database, ReadOnlySpan<byte> suffix)
    {
        if (_name.Length < suffix.Length + WordsBytes)
        {
            _name = new byte[Math.Max(_name.Length * 2, suffix.Length + WordsBytes)];
        }

        Span<byte> rest = _name;
        prefix.CopyTo(rest);
        int length = prefix.Length;
        Utf8Formatter.TryFormat(database, rest[length..], out int digits);
        length += digits;
        "__:"u8.CopyTo(rest[length..]);
        length += 3;
        suffix.CopyTo(rest[length..]);
        return _name.AsSpan(0, length + suffix.Length);
    }
}
