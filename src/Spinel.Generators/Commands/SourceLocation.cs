using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Spinel.Generators.Commands;

/// <summary>A place in the source as a plain value: a <see cref="Location"/> would keep a whole compilation alive.</summary>
internal readonly struct SourceLocation(string path, TextSpan span, LinePositionSpan lines) : IEquatable<SourceLocation>
{
    private readonly string _path = path;
    private readonly TextSpan _span = span;
    private readonly LinePositionSpan _lines = lines;

    public static SourceLocation Of(AttributeData attribute)
    {
        SyntaxReference? reference = attribute.ApplicationSyntaxReference;
        return reference is null
            ? default
            : new SourceLocation(reference.SyntaxTree.FilePath, reference.Span, reference.SyntaxTree.GetLineSpan(reference.Span).Span);
    }

    public Location ToLocation() => _path is null ? Location.None : Location.Create(_path, _span, _lines);

    public bool Equals(SourceLocation other) => _path == other._path && _span == other._span && _lines == other._lines;

    public override bool Equals(object? obj) => obj is SourceLocation other && Equals(other);

    public override int GetHashCode() => _span.GetHashCode();
}
