// Trees of stream ids are most of them, and have a name of their own.
global using IdTree = Spinel.DataStructures.OrderedTree<Spinel.DataStructures.StreamId>;
global using IdTreeCursor = Spinel.DataStructures.OrderedTreeCursor<Spinel.DataStructures.StreamId>;
