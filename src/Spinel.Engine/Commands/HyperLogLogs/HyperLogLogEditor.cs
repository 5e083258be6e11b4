using Spinel.DataStructures;

namespace Spinel.Engine.Commands.HyperLogLogs;

/// <summary>
/// Raises registers of a HyperLogLog that is the string of a key, which grows, shrinks and changes its form on the way. The string has some
/// spare bytes while registers are raised, so that not each of them moves it; <see cref="Close"/> takes them away.
/// </summary>
internal ref struct HyperLogLogEditor
{
    private const int SpareBytes = 64;

    private readonly long _sparseMaxBytes;
    private KeyWriter _writer;
    private int _length;
    private bool _isDense;
    private bool _isResized;

    /// <summary>Begins to edit the key's HyperLogLog, or an empty one when there is no key.</summary>
    public HyperLogLogEditor(KeyWriter writer, long sparseMaxBytes)
    {
        _writer = writer;
        _sparseMaxBytes = sparseMaxBytes;
        if (writer.Exists)
        {
            _writer.EditString(0, out _);
        }
        else
        {
            HyperLogLog.WriteEmpty(_writer.ResizeString(HyperLogLog.EmptyBytes));
            HasChanged = true;
        }

        _length = _writer.Block.StringLength;
        _isDense = HyperLogLog.IsDense(Bytes);
    }

    /// <summary>The HyperLogLog as it is now.</summary>
    public readonly Span<byte> Bytes => _writer.Block.MutableStringBytes[.._length];

    /// <summary>True once the key is created, a register is raised or the form changed.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Raises a register where it is lower; false when the HyperLogLog turns out to be damaged.</summary>
    public bool TryRaise(RegisterUpdate update)
    {
        if (_isDense)
        {
            HasChanged |= HyperLogLog.RaiseDense(Bytes, update);
            return true;
        }

        SparseOutcome outcome = HyperLogLog.TestSparse(Bytes, update);
        if (outcome == SparseOutcome.Raised)
        {
            Span<byte> buffer = _writer.Block.MutableStringBytes;
            if (buffer.Length - _length < HyperLogLog.SparseGrowthBytes)
            {
                buffer = _writer.ResizeString(_length + SpareBytes);
                _isResized = true;
            }

            outcome = HyperLogLog.RaiseSparse(buffer, ref _length, update, _sparseMaxBytes);
        }

        switch (outcome)
        {
            case SparseOutcome.Raised:
                HasChanged = true;
                return true;
            case SparseOutcome.NeedsDense:
                return TryMakeDense() && TryRaise(update);
            default:
                return outcome == SparseOutcome.Unchanged;
        }
    }

    /// <summary>Brings the HyperLogLog into the dense form, if it is not; false when it turns out to be damaged.</summary>
    public bool TryMakeDense()
    {
        if (_isDense)
        {
            return true;
        }

        Span<byte> registers = stackalloc byte[HyperLogLog.RegisterCount];
        registers.Clear();
        if (!HyperLogLog.TryMergeInto(registers, Bytes))
        {
            return false;
        }

        _length = HyperLogLog.DenseBytes;
        HyperLogLog.WriteDense(_writer.ResizeString(_length), registers);
        _isDense = true;
        HasChanged = true;
        return true;
    }

    /// <summary>Gives the string its final length and makes what has changed known, if anything has. Must be called, also after a failure.</summary>
    public void Close(KeyEvent keyEvent)
    {
        // Room made for a register that could not be raised, because the bytes are damaged, is a change of the key too.
        if (!HasChanged && !_isResized)
        {
            return;
        }

        if (_writer.Block.StringLength != _length)
        {
            _writer.ResizeString(_length);
        }

        _writer.Commit(keyEvent);
    }

    /// <summary>Marks the count that the HyperLogLog remembers as out of date.</summary>
    public void ForgetCount()
    {
        HyperLogLog.ForgetCount(Bytes);
        HasChanged = true;
    }
}
