using System.Text;
using Spinel.DataStructures;
using Spinel.Engine;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// Loads an RDB file, or the RDB part of something longer, into a keyspace, in slices.
/// </summary>
/// <remarks>
/// <code>
/// var loader = new RdbLoader(engine, new RdbSource(stream, length), settings);
/// while (!loader.LoadSome(bytes)) { look after other things }
/// </code>
/// Afterwards <see cref="RdbSource.Window"/> and the stream behind it hold what follows the RDB part: a log, or a primary's effects.
/// <para>
/// Loading is bound by cache misses, so they are made to overlap: a key's block is made as soon as it is read, its place in the table is asked
/// for, and it goes there some dozens of keys later. Tables get their final size at once, from what the file says, so that nothing is moved. A key of a small string
/// costs one allocation in the native heap and none in the managed one.
/// </para>
/// No observer hears of the keys, and they do not count as changes. After an exception what was loaded stays; the caller empties the keyspace or gives up.
/// </remarks>
public sealed class RdbLoader : IDisposable
{
    private const int KeysAhead = 32;
    private const int MaxNotedKeys = 10;

    /// <summary>The least that a key takes in a file: type, name, value.</summary>
    private const int LeastKeyBytes = 4;

    /// <summary>How many keys are believed in where nothing tells how much input is left.</summary>
    private const long MaxUnprovenKeys = 1 << 22;

    private readonly SpinelEngine _engine;
    private readonly RdbSource _source;
    private readonly RdbLoadSettings _settings;
    private readonly RdbScratch _scratch;
    private readonly RdbValueReader _values;
    private readonly Waiting[] _waiting = new Waiting[KeysAhead];
    private int _waitingCount;
    private int _waitingNext;
    private Database _database;
    private byte[] _key = new byte[256];
    private int _keyLength;
    private bool _hasKey;
    private long _expiryMs = KeyBlock.NoExpiry;
    private long _idleSeconds = -1;
    private int _frequency = -1;
    private bool _isBegun;
    private bool _keepsExpired;

    public RdbLoader(SpinelEngine engine, RdbSource source, RdbLoadSettings settings)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _engine = engine;
        _source = source;
        _settings = settings;
        _scratch = new RdbScratch(engine.Heap);
        _values = new RdbValueReader(engine) { LooksForDuplicates = engine.Options.SanitizeDumpPayload == Engine.Configuration.SanitizeDumpPayload.Yes };
        _database = settings.Target is { } target ? target[0] : engine.Keyspace[0];
    }

    /// <summary>What there was so far.</summary>
    public RdbLoadResult Result { get; } = new();

    /// <summary>True when the end of the RDB part has been read.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Where the RDB part ended, once it is complete.</summary>
    public long EndOffset { get; private set; }

    private ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    /// <summary>Loads about so many bytes; a key is always loaded whole.</summary>
    /// <returns>True when the end of the RDB part has been read.</returns>
    /// <exception cref="RdbFormatException">The file is damaged.</exception>
    public bool LoadSome(long bytes)
    {
        var reader = new RdbReader(_source, _scratch);
        long end = reader.Offset + bytes;
        int mark = 0;
        try
        {
            if (!_settings.Discard)
            {
                _engine.Keyspace.NoteLoading();
            }

            if (!_isBegun)
            {
                _source.Sum(true);
                _keepsExpired = KeepsExpired;
                ReadMagic(ref reader);
                _isBegun = true;
            }

            while (!IsComplete && reader.Offset < end)
            {
                mark = reader.Mark;
                ReadRecord(ref reader);
            }

            StoreAll();
        }
        catch (RdbInputPendingException)
        {
            // The record is read again from its beginning.
            _hasKey = false;
            reader.Rewind(mark);
            StoreAll();
        }
        catch (RdbFormatException e) when (_hasKey && e.Key is null)
        {
            throw e.WithKey(Printable(Key));
        }
        finally
        {
            FreeWaiting();
            reader.Close();
            _scratch.Trim();
        }

        return IsComplete;
    }

    /// <summary>Loads everything.</summary>
    /// <exception cref="RdbFormatException">The file is damaged.</exception>
    public RdbLoadResult Load()
    {
        const long SliceBytes = 64L << 20;
        while (!LoadSome(SliceBytes))
        {
        }

        return Result;
    }

    public void Dispose() => _scratch.Dispose();

    internal static string Printable(ReadOnlySpan<byte> key)
    {
        const int Longest = 200;
        var text = new StringBuilder();
        foreach (byte b in key[..Math.Min(key.Length, Longest)])
        {
            if (b is >= 32 and < 127 and not (byte)'\\')
            {
                text.Append((char)b);
            }
            else
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{b:x2}");
            }
        }

        return text.Append(key.Length > Longest ? "…" : "").ToString();
    }

    private void ReadMagic(ref RdbReader reader)
    {
        ReadOnlySpan<byte> magic = reader.ReadBytes(RdbFormat.MagicBytes);
        int digits = magic.StartsWith("REDIS"u8) ? 4 : magic.StartsWith("VALKEY"u8) ? 3 : 0;
        if (digits == 0 || !int.TryParse(magic[^digits..], System.Globalization.NumberStyles.None, null, out int version))
        {
            throw new RdbFormatException("This is no RDB file", 0);
        }

        Result.Version = RdbFormat.IsKnown(version) ? version : throw new RdbFormatException($"Version {version} of the format is not known", 0);
    }

    private void ReadRecord(ref RdbReader reader)
    {
        byte code = reader.ReadByte();
        switch (code)
        {
            case RdbOpcode.ExpiryMs:
                _expiryMs = ExpiryAt(reader.ReadInt64());
                return;
            case RdbOpcode.ExpirySeconds:
                _expiryMs = ExpiryAt(reader.ReadInt32() * 1000L);
                return;
            case RdbOpcode.Idle:
                _idleSeconds = (long)Math.Min(reader.ReadLength(), long.MaxValue);
                return;
            case RdbOpcode.Frequency:
                _frequency = reader.ReadByte();
                return;
            case RdbOpcode.SelectDatabase:
                Select(ref reader);
                return;
            case RdbOpcode.ResizeDatabase:
                Reserve(ref reader);
                return;
            case RdbOpcode.SlotInfo:
                reader.ReadLength();
                reader.ReadLength();
                reader.ReadLength();
                return;
            case RdbOpcode.Aux:
                string name = Encoding.Latin1.GetString(reader.ReadString());
                Result.Aux[name] = Encoding.Latin1.GetString(reader.ReadString());
                _keepsExpired = KeepsExpired;
                return;
            case RdbOpcode.Function:
                Result.Functions.Add(reader.ReadString().ToArray());
                return;
            case RdbOpcode.ModuleAux:
                SkipModuleAux(ref reader);
                return;
            case RdbOpcode.FunctionOld:
                throw reader.Damaged("Functions in the form of Redis 7.0's release candidates cannot be read");
            case RdbOpcode.End:
                ReadEnd(ref reader);
                return;
            default:
                ReadKey(ref reader, (RdbType)code);
                return;
        }
    }

    /// <summary>A time before 1970 is long past, and not what says that there is none.</summary>
    private static long ExpiryAt(long unixTimeMs) => unixTimeMs < KeyBlock.NoExpiry ? 0 : unixTimeMs;

    private void Select(ref RdbReader reader)
    {
        ulong index = reader.ReadLength();
        _database = _settings.Discard || index < (ulong)_engine.Keyspace.DatabaseCount
            ? DatabaseAt(_settings.Discard ? 0 : (int)index)
            : throw reader.Damaged($"The file has a database {index}, and this server is configured for {_engine.Keyspace.DatabaseCount}");
    }

    private Database DatabaseAt(int index) => _settings.Target is { } target ? target[index] : _engine.Keyspace[index];

    private void Reserve(ref RdbReader reader)
    {
        ulong keys = reader.ReadLength();
        ulong expiring = reader.ReadLength();
        if (_settings.Discard)
        {
            return;
        }

        long most = reader.LeftBytes == long.MaxValue ? MaxUnprovenKeys : reader.LeftBytes / LeastKeyBytes;
        _database.Keys.Reserve((long)Math.Min(keys, (ulong)most));
        _database.Expires.Reserve((long)Math.Min(expiring, (ulong)most));
    }

    /// <summary>What belongs to a history is kept: replicas that go on with the history have to be told when it goes.</summary>
    private bool KeepsExpired => _settings.KeepExpired || (_settings.KeepExpiredOfHistory && Result is { ReplicationId: not null, ReplicationOffset: >= 0 });

    private void SkipModuleAux(ref RdbReader reader)
    {
        string module = RdbValueReader.ModuleName(reader.ReadLength());
        RdbValueReader.SkipModuleParts(ref reader);
        _engine.Log.Write(ServerLogLevel.Warning, $"The RDB file has data of the module '{module}', which is left out.");
    }

    private void ReadKey(ref RdbReader reader, RdbType type)
    {
        HoldKey(reader.ReadString());
        KeyBlock block = default;
        if (type == RdbType.Module)
        {
            string module = RdbValueReader.SkipModule(ref reader);
            if (Result.ModuleKeys++ < MaxNotedKeys)
            {
                _engine.Log.Write(ServerLogLevel.Warning, $"The key '{Printable(Key)}' holds a value of the module '{module}' and is left out.");
            }
        }
        else
        {
            block = _values.Read(ref reader, type, Result.Version, Key, _expiryMs);
            if (block.IsNull && Result.EmptyKeys++ < MaxNotedKeys)
            {
                _engine.Log.Write(ServerLogLevel.Notice, $"The key '{Printable(Key)}' holds nothing and is left out.");
            }
        }

        _hasKey = false;
        if (!block.IsNull)
        {
            Result.Count(type);
            Enter(block);
        }

        _expiryMs = KeyBlock.NoExpiry;
        _idleSeconds = -1;
        _frequency = -1;
    }

    private void HoldKey(ReadOnlySpan<byte> key)
    {
        if (key.Length > _key.Length)
        {
            _key = new byte[key.Length];
        }

        key.CopyTo(_key);
        _keyLength = key.Length;
        _hasKey = true;
    }

    private void Enter(KeyBlock block)
    {
        if (block.HasExpiry && !_keepsExpired && block.ExpiryMs < _engine.Clock.NowMs && !_settings.Discard)
        {
            Result.ExpiredKeys++;
            Free(block);
            return;
        }

        Result.Keys++;
        Result.ExpiringKeys += block.HasExpiry ? 1 : 0;
        if (_settings.Discard)
        {
            Free(block);
            return;
        }

        _engine.AccessClock.Restore(block, _idleSeconds, _frequency);
        ulong hash = _database.Keys.Hash(block.Key);
        _database.Keys.PrefetchBucket(hash);
        if (_waitingCount == KeysAhead)
        {
            StoreNext();
        }

        _waiting[(_waitingNext + _waitingCount++) % KeysAhead] = new Waiting(_database, block, hash);
    }

    private void StoreAll()
    {
        while (_waitingCount > 0)
        {
            StoreNext();
        }
    }

    private void StoreNext()
    {
        ref Waiting next = ref _waiting[_waitingNext];
        KeyBlock there = next.Database.Keys.Find(next.Block.Key, next.Hash);
        if (!there.IsNull)
        {
            if (!_settings.Replaces)
            {
                throw new RdbFormatException("A key is there twice", _source.Offset, Printable(next.Block.Key));
            }

            next.Database.Detach(there, next.Hash);
            Free(there);
        }

        next.Database.Store(default, false, next.Block, next.Hash);
        _waitingNext = (_waitingNext + 1) % KeysAhead;
        _waitingCount--;
    }

    /// <summary>After an error: what has not got into its table yet is freed.</summary>
    private void FreeWaiting()
    {
        for (; _waitingCount > 0; _waitingCount--)
        {
            Free(_waiting[_waitingNext].Block);
            _waitingNext = (_waitingNext + 1) % KeysAhead;
        }
    }

    private void Free(KeyBlock block)
    {
        CollectionPayload.Free(_engine.Heap, block);
        block.Free(_engine.Heap);
    }

    private void ReadEnd(ref RdbReader reader)
    {
        const int FirstVersionWithChecksum = 5;
        if (Result.Version >= FirstVersionWithChecksum)
        {
            reader.Require(sizeof(ulong));
        }

        reader.Close();
        _source.Sum(false);
        IsComplete = true;
        EndOffset = _source.Offset;
        if (Result.Version < FirstVersionWithChecksum)
        {
            return;
        }

        reader = new RdbReader(_source, _scratch);
        ulong stated = reader.ReadUInt64();
        EndOffset = reader.Offset;
        if (!_settings.Checksum || stated == 0)
        {
            return;
        }

        Result.IsChecked = true;
        if (stated != _source.Checksum)
        {
            throw reader.Damaged($"The checksum is {_source.Checksum:x16} and not {stated:x16}: some of what precedes is damaged");
        }
    }

    private readonly record struct Waiting(Database Database, KeyBlock Block, ulong Hash);
}
