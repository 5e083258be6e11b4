namespace Spinel.DataStructures;

/// <summary>Is shown the keys of a table. It must not change the table.</summary>
public interface IKeyVisitor
{
    void Visit(KeyBlock block);
}
