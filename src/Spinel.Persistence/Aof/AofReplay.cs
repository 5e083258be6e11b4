using System.Globalization;
using Spinel.Engine;
using Spinel.Engine.Sessions;

namespace Spinel.Persistence.Aof;

/// <summary>
/// Runs a file of the log, in slices, so that clients can be told meanwhile that the data is being loaded. The requests go the way of every request, through
/// the dispatcher, on behalf of a session that nothing is refused to.
/// <para>
/// What ends in the middle of a request, or of a transaction, is what a crash leaves behind. It is cut off where <c>aof-load-truncated</c> allows it and the file
/// is the last one; anything else that is not a sequence of valid requests stops the start.
/// </para>
/// </summary>
internal sealed class AofReplay : IDisposable
{
    private const int ReadBytes = 1 << 20;
    private const string Repair = "make a backup of your AOF file, then use spinel-server check-aof --fix ";

    private readonly SpinelEngine _engine;
    private readonly string _path;
    private readonly bool _mayBeTruncated;
    private readonly FileStream _file;
    private readonly Session _session;
    private byte[] _buffer = new byte[ReadBytes];
    private int _length;
    private long _position;
    private long _transactionStart = -1;

    /// <param name="engine">Where the requests run.</param>
    /// <param name="path">The file.</param>
    /// <param name="start">Where the requests begin: behind a preamble.</param>
    /// <param name="mayBeTruncated">Whether a torn end may be cut off.</param>
    /// <exception cref="PersistenceException">The file cannot be read.</exception>
    public AofReplay(SpinelEngine engine, string path, long start, bool mayBeTruncated)
    {
        _engine = engine;
        _path = path;
        _mayBeTruncated = mayBeTruncated;
        try
        {
            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            _file.Position = start;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PersistenceException($"Fatal error: can't open the append log file {path} for reading: {FileErrorText.Of(e)}", e);
        }

        _position = start;
        _session = engine.OpenTrustedSession(new LogConnection(path));
    }

    /// <summary>Bytes of the file that have been run.</summary>
    public long Position => _position;

    /// <summary>Runs a piece of the file.</summary>
    /// <param name="maxBytes">How long a piece.</param>
    /// <returns>False when the end has been reached.</returns>
    /// <exception cref="PersistenceException">The file is damaged; the message says where.</exception>
    public bool Step(int maxBytes = ReadBytes)
    {
        if (_length == _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, _buffer.Length * 2L));
        }

        int read;
        try
        {
            read = _file.Read(_buffer, _length, Math.Min(maxBytes, _buffer.Length - _length));
        }
        catch (IOException e)
        {
            throw new PersistenceException($"Unrecoverable error reading the append only file {_path}: {FileErrorText.Of(e)}", e);
        }

        if (read == 0)
        {
            Finish();
            return false;
        }

        _length += read;
        Run();
        return true;
    }

    public void Dispose()
    {
        _file.Dispose();
        _session.OnDisconnected();
    }

    private void Run()
    {
        bool wasInTransaction = _session.IsInTransaction;
        int consumed = _session.Run(_buffer.AsSpan(0, _length));
        if (_session.Feed!.Refusal is { } refusal)
        {
            throw new PersistenceException($"Bad file format reading the append only file {_path}, {WhatIsWrong(refusal)}");
        }

        if (!wasInTransaction && _session.IsInTransaction)
        {
            _transactionStart = _position;
        }

        _position += consumed;
        _length -= consumed;
        Buffer.BlockCopy(_buffer, consumed, _buffer, 0, _length);
    }

    /// <summary>Where the refused request is, and whether the check of the file finds it, too: what it does not find it cannot mend.</summary>
    private string WhatIsWrong(string refusal)
    {
        try
        {
            AofScanResult found = AofScan.Scan(_path, _transactionStart < 0 || !_session.IsInTransaction ? _position : _transactionStart, [_engine.Commands]);
            if (found is { Problem: { } problem, IsTorn: false })
            {
                return $"valid up to offset {Text(found.ValidBytes)}, {problem}: {refusal}; {Repair}{Path.GetFileName(_path)}";
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The refusal itself is what matters.
        }

        return $"after offset {Text(_position)}: {refusal}; the requests have the right form, so that check-aof finds nothing to mend: remove the request that is named by hand, or load the data from a backup";
    }

    private void Finish()
    {
        if (_length == 0 && !_session.IsInTransaction)
        {
            return;
        }

        // A transaction is cut off whole: half of it must not be applied, and was not.
        long valid = _session.IsInTransaction ? TransactionStart() : _position;
        if (!_mayBeTruncated || !_engine.Options.AofLoadTruncated)
        {
            throw new PersistenceException(
                $"Unexpected end of file reading the append only file {_path} at offset {Text(valid)}. You can: 1) {Repair}{Path.GetFileName(_path)}. 2) Alternatively you can set the 'aof-load-truncated' configuration option to yes and restart the server.");
        }

        _engine.Log.Write(ServerLogLevel.Warning, $"!!! Warning: short read while loading the AOF file {Path.GetFileName(_path)}!!!");
        _engine.Log.Write(ServerLogLevel.Warning, $"AOF {Path.GetFileName(_path)} loaded anyway because aof-load-truncated is enabled");
        _engine.Log.Write(ServerLogLevel.Warning, $"Truncating the AOF {Path.GetFileName(_path)} at offset {Text(valid)}");
        _file.Dispose();
        try
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Write);
            file.SetLength(valid);
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PersistenceException($"Error truncating the AOF file {_path}: {FileErrorText.Of(e)}", e);
        }
    }

    private long TransactionStart()
    {
        try
        {
            return AofScan.TransactionStart(_path, _transactionStart);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PersistenceException($"Unrecoverable error reading the append only file {_path}: {FileErrorText.Of(e)}", e);
        }
    }

    private static string Text(long offset) => offset.ToString(CultureInfo.InvariantCulture);
}
