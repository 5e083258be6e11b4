using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Tests.Security;

/// <summary>A request that is not sent anywhere.</summary>
internal sealed class Request
{
    private readonly byte[] _bytes;
    private readonly ArgumentRange[] _ranges;

    public Request(params string[] words)
    {
        _bytes = Encoding.Latin1.GetBytes(string.Concat(words));
        _ranges = new ArgumentRange[words.Length];
        int offset = 0;
        for (int i = 0; i < words.Length; i++)
        {
            _ranges[i] = new ArgumentRange(offset, words[i].Length);
            offset += words[i].Length;
        }
    }

    /// <summary>The shortest request that the arity of a command allows; all arguments are <c>1</c>.</summary>
    public static Request Smallest(CommandDescriptor command) => new(SmallestWords(command));

    public static string[] SmallestWords(CommandDescriptor command)
    {
        string[] names = command.Name.Split('|');
        int count = Math.Max(names.Length, Math.Abs(command.Arity));
        return [.. names, .. Enumerable.Repeat("1", count - names.Length)];
    }

    public CommandArguments Arguments => new(_bytes, _ranges);
}
