using System.Runtime.InteropServices;

namespace Spinel.Hosting.Transport;

/// <summary>
/// An epoll instance: the descriptors that are watched, what has happened to them, and a way of ending the wait from another thread. With each descriptor goes a
/// generation, because within a turn a connection may be closed and its descriptor given to a new client. Descriptors without one (they start at 1) are listeners.
/// </summary>
internal sealed unsafe class EpollSet : IDisposable
{
    private const int EventsPerWait = 1024;
    private const uint WakerMark = uint.MaxValue;

    private readonly EpollEvents _events = new(EventsPerWait);
    private readonly int _epoll;
    private readonly int _waker;
    private bool _cannotRest;

    internal EpollSet()
    {
        _epoll = Check(Libc.EpollCreate(Libc.EPOLL_CLOEXEC), "epoll_create1");
        _waker = Check(Libc.EventFd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK), "eventfd");

        // Edge-triggered: every write to the eventfd is a new event, and nobody has to read its counter back.
        if (!TrySet(_waker, Libc.EPOLLIN | Libc.EPOLLET, WakerMark, 0, Libc.EPOLL_CTL_ADD))
        {
            throw Failure("epoll_ctl");
        }
    }

    /// <summary>Waits until something happens, but no longer than so many milliseconds.</summary>
    /// <returns>The number of events; negative when a signal has ended the wait.</returns>
    internal int Wait(int timeoutMs)
    {
        int count = Libc.EpollWait(_epoll, _events.Pointer, EventsPerWait, timeoutMs);
        return count >= 0 || Marshal.GetLastPInvokeError() == Libc.EINTR ? count : throw Failure("epoll_wait");
    }

    /// <summary>Waits until something happens, but no longer than so many microseconds; where the system has no such clock, not at all.</summary>
    /// <returns>As of <see cref="Wait"/>.</returns>
    internal int Rest(int microseconds)
    {
        if (!_cannotRest)
        {
            int count = Libc.EpollWait(_epoll, _events.Pointer, EventsPerWait, new TimeSpec { Nanoseconds = microseconds * 1000 });
            if (count >= 0 || Marshal.GetLastPInvokeError() == Libc.EINTR)
            {
                return count;
            }

            // An old system, or a container that lets only known calls through.
            _cannotRest = true;
        }

        return Wait(0);
    }

    /// <summary>What has happened: an event of the last wait. The waker's is not one.</summary>
    internal bool TryGet(int index, out uint kind, out int descriptor, out uint generation)
    {
        uint low = _events.LowAt(index);
        (kind, descriptor, generation) = (_events.KindAt(index), (int)low, _events.HighAt(index));
        return low != WakerMark || generation != 0;
    }

    /// <summary>Begins to watch a descriptor. What is watched already stays as it is.</summary>
    internal void Add(int descriptor, uint kinds)
    {
        if (!TryAdd(descriptor, kinds, generation: 0))
        {
            throw Failure("epoll_ctl");
        }
    }

    /// <summary>As <see cref="Add"/>, unless the system has no room for one more.</summary>
    internal bool TryAdd(int descriptor, uint kinds, uint generation) =>
        TrySet(descriptor, kinds, (uint)descriptor, generation, Libc.EPOLL_CTL_ADD) || Marshal.GetLastPInvokeError() == Libc.EEXIST;

    /// <summary>Watches a descriptor for other kinds of events from now on.</summary>
    internal void Change(int descriptor, uint kinds, uint generation)
    {
        if (!TrySet(descriptor, kinds, (uint)descriptor, generation, Libc.EPOLL_CTL_MOD))
        {
            throw Failure("epoll_ctl");
        }
    }

    /// <summary>Ends the current wait, or the next one when nobody is waiting. May be called from any thread.</summary>
    internal void Wake()
    {
        ulong one = 1;

        // Fails only when the counter is about to overflow, and then the loop has plenty of events to wake to.
        _ = Libc.Write(_waker, (byte*)&one, sizeof(ulong));
    }

    public void Dispose()
    {
        _ = Libc.Close(_epoll);
        _ = Libc.Close(_waker);
        _events.Dispose();
    }

    private bool TrySet(int descriptor, uint kinds, uint low, uint high, int operation)
    {
        byte* record = stackalloc byte[EpollEvents.MaxRecordBytes];
        EpollEvents.Write(record, kinds, low, high);
        return Libc.EpollControl(_epoll, operation, descriptor, record) >= 0;
    }

    private static int Check(int result, string call) => result >= 0 ? result : throw Failure(call);

    private static InvalidOperationException Failure(string call) =>
        new(call + ": " + Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
}
