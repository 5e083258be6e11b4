using Microsoft.Win32.SafeHandles;
using Spinel.Engine.Background;

namespace Spinel.Persistence.Files;

/// <summary>
/// Forces files to disk, closes them, and removes them, on a thread of its own: each of these may take as long as the disk likes. The thread starts with the
/// first work. Everything but the thread's body is called on the engine thread.
/// </summary>
internal sealed class SyncThread : IDisposable
{
    private readonly WorkQueue<Action> _work = new();
    private Thread? _thread;
    private volatile bool _isSyncing;
    private volatile int _lastError;
    private long _syncedBytes;
    private long _lastMicroseconds;

    /// <summary>True from <see cref="Sync"/> until the disk has answered.</summary>
    public bool IsSyncing => _isSyncing;

    /// <summary>The system's error number of the last sync; 0 when it went well.</summary>
    public int LastError => _lastError;

    /// <summary>What the last sync that went well was told that it covers.</summary>
    public long SyncedBytes => Interlocked.Read(ref _syncedBytes);

    /// <summary>How long the last sync took.</summary>
    public long LastMicroseconds => Interlocked.Read(ref _lastMicroseconds);

    /// <summary>Forces a file to disk.</summary>
    /// <param name="file">Not to be closed before this is done, but by <see cref="Close"/>.</param>
    /// <param name="position">Becomes <see cref="SyncedBytes"/>.</param>
    /// <param name="whenDone">Called on the thread.</param>
    public void Sync(SafeFileHandle file, long position, Action whenDone)
    {
        _isSyncing = true;
        Enqueue(() =>
        {
            long start = TimeProvider.System.GetTimestamp();
            int error = PosixFile.SyncData(file);
            Interlocked.Exchange(ref _lastMicroseconds, (long)TimeProvider.System.GetElapsedTime(start).TotalMicroseconds);
            if (error == 0)
            {
                NoteSynced(position);
            }

            _lastError = error;
            _isSyncing = false;
            whenDone();
        });
    }

    /// <summary>Forces a file to disk and closes it.</summary>
    public void Close(SafeFileHandle file) => Enqueue(() =>
    {
        _ = PosixFile.SyncData(file);
        file.Dispose();
    });

    /// <summary>Removes a file; one that cannot be removed is left.</summary>
    public void Remove(string path) => Enqueue(() =>
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in the way of nothing: the manifest does not name it any more.
        }
    });

    /// <summary>Says that what was written up to here is on disk.</summary>
    public void NoteSynced(long position)
    {
        // Both threads come here, and the one that is late must not take anything back.
        long known = SyncedBytes;
        while (position > known)
        {
            long before = Interlocked.CompareExchange(ref _syncedBytes, position, known);
            if (before == known)
            {
                return;
            }

            known = before;
        }
    }

    /// <summary>Finishes what is queued and ends the thread.</summary>
    public void Dispose()
    {
        _work.Complete();
        _thread?.Join();
    }

    private void Enqueue(Action work)
    {
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "spinel-fsync" };
            _thread.Start();
        }

        _work.Add(work);
    }

    private void Run()
    {
        while (_work.TryTake(out Action? work))
        {
            work();
        }
    }
}
