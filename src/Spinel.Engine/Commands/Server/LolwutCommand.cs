using System.Diagnostics.CodeAnalysis;
using System.Text;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Server;

/// <summary>
/// LOLWUT: a picture, and the version. The picture is a spinel, which grows as an octahedron: two pyramids base to base. Light falls on one of its
/// four visible faces, and no two stones have the same inclusions.
/// </summary>
internal static class LolwutCommand
{
    private const int DefaultHalfWidth = 18;
    private const int MinHalfWidth = 4;
    private const int MaxHalfWidth = 60;
    private const int FaceCount = 4;
    private const double ColumnsPerRow = 2.0;

    /// <summary>From the face in full light to the one in shadow.</summary>
    private const string Shades = ".:+#";

    [Command("LOLWUT", "[VERSION version:integer]", Arity = -1, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Group = CommandGroup.Server, Since = "5.0.0",
        Complexity = "O(1)", Summary = "Draws a stone and tells the version.")]
    internal static void Lolwut(ref CommandContext c)
    {
        int first = 1;
        if (c.Count >= 3 && c.Is(1, "VERSION"u8))
        {
            if (!c.TryInteger(2, out long version))
            {
                return;
            }

            // The pictures of versions 5 and 6 take numbers; this server's own, like that of 7, looks at what it understands.
            first = 3;
            int numbers = version switch { 5 => 3, 6 => 2, _ => 0 };
            for (int i = first; i < c.Count && i < first + numbers; i++)
            {
                if (!c.TryInteger(i, out _))
                {
                    return;
                }
            }
        }

        int halfWidth = DefaultHalfWidth;
        if (first < c.Count && Spinel.Protocol.Int64Text.TryParse(c[first], out long columns))
        {
            halfWidth = (int)Math.Clamp(columns / 2, MinHalfWidth, MaxHalfWidth);
        }

        var picture = new StringBuilder();
        Draw(picture, halfWidth, c.Engine.Random);
        picture.Append("\nSpinel ").Append(ProductVersion.Product).Append(", Redis ver. ").Append(ProductVersion.Compatible).Append('\n');
        c.Reply.VerbatimString("txt"u8, Encoding.ASCII.GetBytes(picture.ToString()));
    }

    [SuppressMessage("Security", "CA5394", Justification = "The light in a drawing is no secret.")]
    private static void Draw(StringBuilder picture, int halfWidth, Random random)
    {
        int halfHeight = (int)(halfWidth / ColumnsPerRow);
        int light = random.Next(FaceCount);
        int edge = random.Next(-halfWidth / 3, (halfWidth / 3) + 1);
        for (int y = -halfHeight; y <= halfHeight; y++)
        {
            int reach = halfWidth - (int)(Math.Abs(y) * ColumnsPerRow);
            int ridge = edge * reach / halfWidth;
            picture.Append(' ', halfWidth - reach + 1);
            for (int x = -reach; x <= reach; x++)
            {
                picture.Append(Cell(x, y, reach, ridge, light, random));
            }

            picture.Append('\n');
        }
    }

    [SuppressMessage("Security", "CA5394", Justification = "The inclusions in a drawing are no secret.")]
    private static char Cell(int x, int y, int reach, int ridge, int light, Random random)
    {
        if (y == 0)
        {
            return x == -reach ? '<' : x == reach ? '>' : '-';
        }

        if (reach == 0)
        {
            return y < 0 ? '^' : 'v';
        }

        if (x == -reach)
        {
            return y < 0 ? '/' : '\\';
        }

        if (x == reach)
        {
            return y < 0 ? '\\' : '/';
        }

        if (x == ridge)
        {
            return '|';
        }

        if (random.Next(24) == 0)
        {
            return '*';
        }

        int face = (y < 0 ? 0 : 2) + (x < ridge ? 0 : 1);
        return Shades[face ^ light];
    }
}
