using Spinel.Memory;

namespace Spinel.Engine.Transactions;

/// <summary>Queues of transactions that are over, for those to come: a client that works with transactions only leaves nothing to the garbage collector.</summary>
internal sealed class TransactionPool(NativeHeap heap) : IDisposable
{
    private const int MaxIdle = 64;
    private readonly Stack<Transaction> _idle = new();

    public Transaction Rent() => _idle.TryPop(out Transaction? transaction) ? transaction : new Transaction(heap);

    public void Return(Transaction transaction)
    {
        if (_idle.Count < MaxIdle)
        {
            transaction.Clear();
            _idle.Push(transaction);
        }
        else
        {
            transaction.Dispose();
        }
    }

    public void Dispose()
    {
        while (_idle.TryPop(out Transaction? transaction))
        {
            transaction.Dispose();
        }
    }
}
