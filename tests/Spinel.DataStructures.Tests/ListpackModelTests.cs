using System.Globalization;
using System.Text;
using CsCheck;
using Spinel.Memory;

namespace Spinel.DataStructures.Tests;

/// <summary>Random sequences of changes to a listpack, against a list of byte arrays.</summary>
public sealed class ListpackModelTests
{
    private enum Change
    {
        Append,
        AppendPair,
        Prepend,
        InsertBefore,
        InsertAfter,
        InsertPairBefore,
        Replace,
        Delete,
        DeleteMany,
        Split,
        Merge,
        Copy,
        Build,
    }

    /// <summary>Text lengths around every limit of the string encodings and of the backlen.</summary>
    internal static readonly int[] BoundaryLengths =
    [
        0, 1, 2, 19, 20, 21, 62, 63, 64, 65, 124, 125, 126, 127, 128, 4094, 4095, 4096, 4097,
        16376, 16377, 16378, 16379, 16380, 2097144, 2097145, 2097146, 2097147, 2097148,
    ];

    private const int LengthsThatAreCheap = 19;

    private static readonly Gen<byte[]> Texts = Gen.Frequency(
        (4, Gen.Byte.Array[0, 30]),
        (4, ListpackNumberTests.Integers.Select(n => Encoding.ASCII.GetBytes(n.ToString(CultureInfo.InvariantCulture)))),
        (1, ListpackNumberTests.AnyOf(ListpackNumberTests.NotIntegers).Select(Encoding.ASCII.GetBytes)),
        (2, Gen.Int[0, LengthsThatAreCheap - 1].Select(i => KeyBlockTests.Bytes(BoundaryLengths[i], i))));

    [Fact]
    public void Listpack_holds_what_was_put_into_it() => Gen.Select(
        Texts.Array[0, 8],
        Gen.Select(Gen.Enum<Change>(), Gen.Int[0, 1000], Texts, Texts).Array[0, 25]).Sample(Run, iter: 1500);

    [Fact]
    public void Every_boundary_of_lengths_is_written_and_read_both_ways()
    {
        using CheckedHeap heap = new();
        Listpack listpack = Listpack.Create(heap);
        List<byte[]> model = [];
        foreach (int length in BoundaryLengths)
        {
            byte[] text = KeyBlockTests.Bytes(length, length);
            listpack = listpack.Append(heap, text);
            model.Add(text);
        }

        Check(listpack, model);
        for (int i = BoundaryLengths.Length - 1; i >= 0; i--)
        {
            Assert.Equal(listpack.Seek(i), listpack.Find(model[i]));
        }

        listpack.Free(heap);
    }

    private static void Run(byte[][] start, (Change Kind, int Where, byte[] First, byte[] Second)[] changes)
    {
        using CheckedHeap heap = new();
        List<byte[]> model = [.. start];
        Listpack listpack = Create(heap, start);
        foreach ((Change kind, int where, byte[] first, byte[] second) in changes)
        {
            int index = model.Count == 0 ? 0 : where % model.Count;
            int position = model.Count == 0 ? listpack.EndPosition : listpack.Seek(index);
            bool any = model.Count > 0;
            switch (kind)
            {
                case Change.Append:
                    listpack = listpack.Append(heap, first);
                    model.Add(first);
                    break;
                case Change.AppendPair:
                    listpack = listpack.AppendPair(heap, first, second);
                    model.AddRange([first, second]);
                    break;
                case Change.Prepend:
                    listpack = listpack.Prepend(heap, first);
                    model.Insert(0, first);
                    break;
                case Change.InsertBefore:
                    listpack = listpack.InsertBefore(heap, position, first);
                    Assert.True(listpack.Equals(position, first));
                    model.Insert(index, first);
                    break;
                case Change.InsertAfter when any:
                    listpack = listpack.InsertAfter(heap, position, first);
                    Assert.True(listpack.Equals(listpack.Next(position), first));
                    model.Insert(index + 1, first);
                    break;
                case Change.InsertPairBefore:
                    listpack = listpack.InsertPairBefore(heap, position, first, second);
                    model.InsertRange(index, [first, second]);
                    break;
                case Change.Replace when any:
                    listpack = listpack.Replace(heap, position, first);
                    model[index] = first;
                    break;
                case Change.Delete when any:
                    listpack = listpack.Delete(heap, position);
                    model.RemoveAt(index);
                    Assert.Equal(listpack.Seek(index), listpack.OrNone(position));
                    break;
                case Change.DeleteMany when any:
                    int count = Math.Min(first.Length, model.Count - index);
                    listpack = listpack.Delete(heap, position, first.Length);
                    model.RemoveRange(index, count);
                    break;
                case Change.Split:
                    listpack = listpack.SplitBefore(heap, position, out Listpack rest);
                    Check(listpack, model[..index]);
                    Check(rest, model[index..]);
                    rest.Free(heap);
                    model.RemoveRange(index, model.Count - index);
                    break;
                case Change.Merge:
                    byte[][] others = [second, first];
                    listpack = where % 2 == 0
                        ? Listpack.Merge(heap, listpack, Create(heap, others))
                        : Listpack.Merge(heap, Create(heap, others), listpack);
                    model.InsertRange(where % 2 == 0 ? model.Count : 0, others);
                    break;
                case Change.Copy:
                    Listpack copy = listpack.Copy(heap);
                    listpack.Free(heap);
                    listpack = copy;
                    break;
                case Change.Build:
                    using (var builder = new ListpackBuilder(heap, listpack))
                    {
                        builder.Append(first);
                        builder.Append(second);
                        listpack = builder.Build();
                    }

                    model.AddRange([first, second]);
                    break;
                default:
                    break;
            }

            Check(listpack, model);
        }

        listpack.Free(heap);
    }

    private static Listpack Create(NativeHeap heap, IEnumerable<byte[]> texts)
    {
        Listpack listpack = Listpack.Create(heap);
        foreach (byte[] text in texts)
        {
            listpack = listpack.Append(heap, text);
        }

        return listpack;
    }

    private static void Check(Listpack listpack, List<byte[]> model)
    {
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        Assert.Equal(model.Count, listpack.Count);
        Assert.Equal(model.Count == 0, listpack.IsEmpty);
        Assert.True(Listpack.Validate(listpack.Bytes, deep: true));
        int position = listpack.First;
        for (int i = 0; i < model.Count; i++, position = listpack.Next(position))
        {
            byte[] expected = model[i];
            Assert.True(expected.AsSpan().SequenceEqual(listpack.GetBytes(position, scratch)));
            Assert.Equal(expected.Length, listpack.GetLength(position));
            Assert.True(listpack.Equals(position, expected));
            Assert.Equal(position, listpack.Seek(i));
            Assert.Equal(position, listpack.Seek(i - model.Count));
            Assert.Equal(ListpackNumber.TryParse(expected, out long number), listpack.Get(position).IsInteger);
            Assert.Equal(listpack.Get(position).IsInteger, listpack.Get(position).TryGetInteger(out long stored));
            Assert.Equal(number, stored);
            int first = model.FindIndex(text => text.AsSpan().SequenceEqual(expected));
            Assert.Equal(listpack.Seek(first), listpack.Find(expected));
        }

        Assert.Equal(-1, position);
        ListpackReader reader = listpack.Read();
        position = listpack.First;
        for (int i = 0; i < model.Count; i++, position = listpack.Next(position))
        {
            Assert.Equal(position, reader.NextPosition);
            Assert.True(reader.MoveNext());
            Assert.Equal(listpack.Get(position).IsInteger, reader.IsInteger);
            Assert.True(model[i].AsSpan().SequenceEqual(reader.Current.GetBytes(scratch)));
        }

        Assert.False(reader.MoveNext());
        Assert.False(reader.MoveNext());
        position = listpack.Last;
        for (int i = model.Count - 1; i >= 0; i--, position = listpack.Previous(position))
        {
            Assert.Equal(listpack.Seek(i), position);
        }

        Assert.Equal(-1, position);
        Assert.Equal(-1, listpack.Seek(model.Count));
        Assert.Equal(-1, listpack.Seek(-model.Count - 1));
    }
}
