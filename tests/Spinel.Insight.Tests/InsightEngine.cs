using System.Text;
using Spinel.Engine.Configuration;

namespace Spinel.Insight.Tests;

/// <summary>A test engine with the extension, and readings of its replies as plain values.</summary>
internal sealed class InsightEngine : IDisposable
{
    public InsightEngine(Action<ServerOptions>? configure = null, bool keepsFiles = false)
    {
        Insight = new InsightExtension(keepsFiles);
        Test = new TestEngine(configure, null, Insight);
    }

    public TestEngine Test { get; }

    public InsightExtension Insight { get; }

    public Reply Run(string line) => Test.Run(line);

    /// <summary>Runs a command and reads its reply: maps (as lists of pairs in RESP2) are lists.</summary>
    public object? Read(params string[] arguments)
    {
        int at = 0;
        return RespText.Read(Test.Call(arguments).Text, ref at);
    }

    /// <summary>As <see cref="Read"/>, of a reply that is a map.</summary>
    public Dictionary<string, object?> ReadMap(params string[] arguments) => RespText.Map(Read(arguments));

    public void Dispose() => Test.Dispose();
}

/// <summary>Reads a reply of RESP2.</summary>
internal static class RespText
{
    public static object? Read(string text, ref int at)
    {
        int end = text.IndexOf("\r\n", at, StringComparison.Ordinal);
        char type = text[at];
        string line = text[(at + 1)..end];
        at = end + 2;
        switch (type)
        {
            case '*':
                int count = int.Parse(line, System.Globalization.CultureInfo.InvariantCulture);
                var list = new List<object?>();
                for (int i = 0; i < count; i++)
                {
                    list.Add(Read(text, ref at));
                }

                return list;
            case '$':
                int length = int.Parse(line, System.Globalization.CultureInfo.InvariantCulture);
                if (length < 0)
                {
                    return null;
                }

                string value = text.Substring(at, length);
                at += length + 2;
                return value;
            case ':':
                return long.Parse(line, System.Globalization.CultureInfo.InvariantCulture);
            case '-':
                throw new InvalidOperationException(line);
            default:
                return line;
        }
    }

    public static Dictionary<string, object?> Map(object? value)
    {
        var list = (List<object?>)value!;
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        for (int i = 0; i < list.Count; i += 2)
        {
            map.Add((string)list[i]!, list[i + 1]);
        }

        return map;
    }

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
