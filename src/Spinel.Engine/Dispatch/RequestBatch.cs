using Spinel.DataStructures;
using Spinel.Engine.Sessions;
using Spinel.Protocol;

namespace Spinel.Engine.Dispatch;

/// <summary>
/// The requests that are looked at ahead of running them.
/// <para>
/// With a pipeline of commands on random keys most of the time goes into waiting for memory. A batch is therefore parsed whole; then the hash of each
/// command's first key is computed and the cache lines on the way to it are requested, so that the waits overlap. Where commands in a row are for one large
/// collection, the same is done with the members that they name.
/// </para>
/// </summary>
internal sealed class RequestBatch
{
    /// <summary>Enough to overlap memory accesses; more would only evict each other's lines from the first-level cache.</summary>
    private const int Capacity = 32;

    /// <summary>Fewer commands in a row for one key are not worth looking at what it holds.</summary>
    private const int LeastRow = 4;

    private readonly SpinelEngine _engine;
    private readonly Request[] _requests = new Request[Capacity];

    public RequestBatch(SpinelEngine engine)
    {
        _engine = engine;
        for (int i = 0; i < Capacity; i++)
        {
            _requests[i] = new Request();
        }
    }

    /// <summary>The number of complete requests.</summary>
    public int Count { get; private set; }

    public Request this[int index] => _requests[index];

    /// <summary>Parses requests until the batch is full, the input ends, or something stands in the way.</summary>
    /// <param name="session">Whose requests they are.</param>
    /// <param name="input">What was received.</param>
    /// <param name="start">Where in it the first request begins.</param>
    /// <param name="position">Where the request begins that is not in the batch.</param>
    /// <returns>What the parser said last.</returns>
    public ParseStatus Parse(Session session, Span<byte> input, int start, out int position)
    {
        RequestLimits limits = _engine.Limits.Requests;
        int size = Capacity;
        if ((session.Gate & SessionGate.NotAuthenticated) != 0)
        {
            // The next command may lift the limits for those after it.
            limits = limits with { MustAuthenticate = true };
            size = 1;
        }

        ref RequestParser parser = ref session.Input.Parser;
        ParseStatus status = ParseStatus.Complete;
        position = start;
        Count = 0;
        if (parser.HasPartialRequest)
        {
            Request first = _requests[0];
            (first.Arguments, session.Input.Arguments) = (session.Input.Arguments!, first.Arguments);
        }

        while (Count < size && position < input.Length)
        {
            // An inline request is unescaped in place and could not be parsed a second time, so it never waits behind another.
            if (Count > 0 && input[position] != (byte)'*')
            {
                break;
            }

            Request request = _requests[Count];
            request.IsInline = input[position] != (byte)'*' && !parser.HasPartialRequest;
            status = parser.Parse(input, ref position, request.Arguments, in limits);
            if (status == ParseStatus.Complete)
            {
                request.End = position;
                Resolve(request, input, session);
                Count++;
            }
            else if (status != ParseStatus.Empty)
            {
                break;
            }
        }

        return status;
    }

    /// <summary>
    /// Finds the command of a request. Effects that the server makes itself have the names that commands were declared with: who brings effects back is understood with either.
    /// </summary>
    public void Resolve(Request request, ReadOnlySpan<byte> input, Session session)
    {
        ReadOnlySpan<ArgumentRange> arguments = request.Arguments.AsSpan();
        request.HashedArgument = -1;
        ArgumentRange name = arguments[0];
        CommandDescriptor? command = _engine.Commands.Find(input.Slice(name.Offset, name.Length));
        if (command is null && session.IsTrusted)
        {
            command = _engine.Commands.FindOriginal(input.Slice(name.Offset, name.Length));
        }

        request.Container = null;
        if (command is not null && command.HasSubcommands && arguments.Length > 1)
        {
            ArgumentRange second = arguments[1];
            CommandDescriptor? subcommand = command.FindSubcommand(input.Slice(second.Offset, second.Length));
            if (subcommand is not null || command.Handler is null)
            {
                request.Container = command;
                command = subcommand;
            }
        }

        request.Command = command;
    }

    /// <summary>Hashes the first keys and asks the memory for their buckets, and then, while those arrive, for the keys themselves.</summary>
    public void Prefetch(Session session, ReadOnlySpan<byte> input)
    {
        KeyTable keys = _engine.Keyspace[session.DatabaseIndex].Keys;
        for (int i = 0; i < Count; i++)
        {
            Request request = _requests[i];
            int keyIndex = request.Command?.FirstKey ?? 0;
            if (keyIndex > 0 && keyIndex < request.Arguments.Count)
            {
                ArgumentRange key = request.Arguments[keyIndex];
                request.Hash = keys.Hash(input.Slice(key.Offset, key.Length));
                request.HashedArgument = keyIndex;
                keys.PrefetchBucket(request.Hash);
            }
        }

        for (int i = 0; i < Count; i++)
        {
            Request request = _requests[i];
            if (request.HashedArgument > 0)
            {
                keys.PrefetchEntry(request.Hash);
            }
        }

        for (int first = 0, end; first < Count; first = end)
        {
            end = EndOfRow(first);
            if (end - first >= LeastRow)
            {
                PrefetchMembers(keys, first, end, input);
            }
        }
    }

    /// <summary>Where a row of requests ends whose first keys are the same, or the next of those that have none.</summary>
    private int EndOfRow(int first)
    {
        int end = first + 1;
        while (end < Count && _requests[first].HashedArgument > 0 && _requests[end].HashedArgument > 0 && _requests[end].Hash == _requests[first].Hash)
        {
            end++;
        }

        return end;
    }

    private void PrefetchMembers(KeyTable keys, int first, int end, ReadOnlySpan<byte> input)
    {
        Request request = _requests[first];
        ArgumentRange key = request.Arguments[request.HashedArgument];
        KeyBlock block = keys.Find(input.Slice(key.Offset, key.Length), request.Hash);
        MemberLookAhead members = block.IsNull ? default : MemberLookAhead.Of(block);
        if (members.IsNull)
        {
            return;
        }

        Span<ulong> hashes = stackalloc ulong[Capacity];
        for (int i = first; i < end; i++)
        {
            request = _requests[i];
            int memberIndex = request.Command!.MemberArgument;
            if (memberIndex > 0 && memberIndex < request.Arguments.Count)
            {
                ArgumentRange member = request.Arguments[memberIndex];
                hashes[i] = members.PrefetchBucket(input.Slice(member.Offset, member.Length));
            }
        }

        for (int i = first; i < end; i++)
        {
            if (hashes[i] != 0)
            {
                members.PrefetchMember(hashes[i]);
            }
        }
    }

    /// <summary>Hands the half-filled argument list of an incomplete request to its session.</summary>
    public void KeepPartial(Session session)
    {
        if (!session.Input.Parser.HasPartialRequest)
        {
            return;
        }

        Request request = _requests[Count];
        ArgumentList spare = session.Input.Arguments ?? new ArgumentList();
        session.Input.Arguments = request.Arguments;
        request.Arguments = spare;
    }
}

/// <summary>A parsed request, with what the look-ahead found out about it. Reused.</summary>
internal sealed class Request
{
    public ArgumentList Arguments { get; set; } = new();

    public CommandDescriptor? Command { get; set; }

    /// <summary>The container in which the second word was looked for, when it was.</summary>
    public CommandDescriptor? Container { get; set; }

    public ulong Hash { get; set; }

    /// <summary>The argument that <see cref="Hash"/> is of, or -1.</summary>
    public int HashedArgument { get; set; }

    /// <summary>It came as a line of words, not as an array.</summary>
    public bool IsInline { get; set; }

    /// <summary>The offset behind the request's last byte.</summary>
    public int End { get; set; }
}
