namespace Spinel.Memory.Tests;

public sealed unsafe class CheckedModeTests : IDisposable
{
    private readonly NativeHeap _heap = new(new HeapOptions(Checked: true));

    public void Dispose() => _heap.ReleaseAll();

    [Theory]
    [InlineData(-1)]
    [InlineData(-64)]
    [InlineData(24)]
    [InlineData(39)]
    public void A_write_outside_the_block_is_found_at_its_free_and_by_an_integrity_check(int offset)
    {
        byte* block = _heap.Allocate(20);
        block[offset] ^= 1;
        Assert.Contains("CheckedModeTests.cs:", Error(_heap.CheckIntegrity), StringComparison.Ordinal);
        nint address = (nint)block;
        string message = Error(() => _heap.Free((byte*)address, 20));
        Assert.Contains(offset < 0 ? $"{-offset} bytes before" : $"{offset - 24} bytes behind", message, StringComparison.Ordinal);
        Assert.Contains("20-byte block", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_usable_size_may_be_used_in_full()
    {
        byte* block = _heap.Allocate(20);
        new Span<byte>(block, (int)NativeHeap.UsableSize(20)).Fill(1);
        _heap.Free(block, 20);
        _heap.CheckIntegrity();
    }

    [Fact]
    public void Fresh_memory_is_not_zero_and_zeroed_memory_is()
    {
        byte* block = _heap.Allocate(100);
        Assert.Equal(-1, new Span<byte>(block, 100).IndexOf((byte)0));
        byte* zeroed = _heap.AllocateZeroed(100);
        Assert.Equal(-1, new Span<byte>(zeroed, 100).IndexOfAnyExcept((byte)0));
        _heap.Free(block, 100);
        _heap.Free(zeroed, 100);
    }

    [Fact]
    public void A_write_after_free_is_found()
    {
        byte* block = _heap.Allocate(100);
        _heap.Free(block, 100);
        block[17] = 1;
        Assert.Contains("Write after free at byte 17 of the 100-byte block", Error(_heap.CheckIntegrity), StringComparison.Ordinal);
        Assert.Contains("Write after free", Error(() => _heap.Trim()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_after_free_is_found_when_the_block_leaves_the_quarantine()
    {
        byte* block = _heap.Allocate(100);
        _heap.Free(block, 100);
        block[3] = 1;
        Assert.Contains("Write after free at byte 3", Error(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                _heap.Free(_heap.Allocate(16), 16);
            }
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_double_free_is_found()
    {
        nint block = (nint)_heap.Allocate(30);
        _heap.Free((byte*)block, 30);
        string message = Error(() => _heap.Free((byte*)block, 30));
        Assert.Contains("Double free of the 30-byte block", message, StringComparison.Ordinal);
        Assert.Contains("CheckedModeTests.cs:", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_free_with_the_wrong_size_is_found_and_one_of_the_same_class_is_fine()
    {
        nint block = (nint)_heap.Allocate(30);
        Assert.Contains("wrong size, 33 bytes", Error(() => _heap.Free((byte*)block, 33)), StringComparison.Ordinal);
        _heap.Free((byte*)block, 25);
    }

    [Fact]
    public void A_block_of_another_heap_is_refused()
    {
        using var other = new NativeHeap(new HeapOptions(Checked: true));
        nint block = (nint)other.Allocate(30);
        Assert.Contains("wrong owner", Error(() => _heap.Free((byte*)block, 30)), StringComparison.Ordinal);
        other.Free((byte*)block, 30);
    }

    [Fact]
    public void An_address_inside_a_block_is_refused()
    {
        byte* block = _heap.Allocate(30);
        nint inside = (nint)(block + 8);
        Assert.Contains("8 bytes inside the 30-byte block", Error(() => _heap.Free((byte*)inside, 30)), StringComparison.Ordinal);
        _heap.Free(block, 30);
    }

    [Fact]
    public void Another_thread_is_refused_until_the_heap_is_bound_to_it()
    {
        nint block = (nint)_heap.Allocate(30);
        OnAnotherThread(() =>
        {
            Assert.Contains("belongs to thread", Error(() => _heap.Allocate(8)), StringComparison.Ordinal);
            Assert.Contains("belongs to thread", Error(() => _heap.Free((byte*)block, 30)), StringComparison.Ordinal);
            _heap.BindToCurrentThread();
            _heap.Free((byte*)block, 30);
        });
        Assert.Contains("belongs to thread", Error(() => _heap.Allocate(8)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_free_from_another_thread_is_found_when_reclaimed()
    {
        nint block = (nint)_heap.Allocate(30);
        OnAnotherThread(() =>
        {
            _heap.FreeFromOtherThread((byte*)block, 30);
            _heap.FreeFromOtherThread((byte*)block, 30);
        });
        Assert.Contains("Double free", Error(_heap.ReclaimRemoteFrees), StringComparison.Ordinal);
        Assert.Equal(0, _heap.BytesInUse);
    }

    [Fact]
    public void A_leak_report_names_places_and_counts()
    {
        for (int i = 0; i < 3; i++)
        {
            _heap.Allocate(100, "/source/Leaky.cs", 12);
        }

        _heap.Free(_heap.Allocate(8), 8);
        string message = Error(_heap.ThrowIfLeaked);
        Assert.Contains("3 blocks were not freed", message, StringComparison.Ordinal);
        Assert.Contains("Leaky.cs:12: 3 blocks, 300 bytes", message, StringComparison.Ordinal);
        Assert.Contains("Leaky.cs:12", Error(_heap.Dispose), StringComparison.Ordinal);
        _heap.Dispose();
    }

    [Fact]
    public void A_clean_heap_disposes_in_silence()
    {
        byte* block = _heap.Allocate(2_000_000);
        block = _heap.Reallocate(block, 2_000_000, 10);
        _heap.Free(block, 10);
        _heap.ThrowIfLeaked();
        _heap.Dispose();
    }

    private static string Error(Action action) => Assert.Throws<HeapCorruptionException>(action).Message;

    private static void OnAnotherThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}
