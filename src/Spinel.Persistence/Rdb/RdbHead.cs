using System.Globalization;
using System.Text;

namespace Spinel.Persistence.Rdb;

/// <summary>What an RDB file begins with.</summary>
internal static class RdbHead
{
    /// <summary>Writes the magic word with the version, and notes: pairs of a name and a value that readers skip when they do not know the name.</summary>
    public static void Write(RdbChunk chunk, int version, IReadOnlyList<(string Name, string Value)> notes)
    {
        chunk.WriteBytes(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"REDIS{version:0000}")));
        foreach ((string name, string value) in notes)
        {
            chunk.WriteByte(RdbOpcode.Aux);
            chunk.WriteString(Encoding.UTF8.GetBytes(name));
            chunk.WriteString(Encoding.UTF8.GetBytes(value));
        }
    }
}
