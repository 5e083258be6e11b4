namespace Spinel.Protocol.Tests;

public sealed class ArgumentListTests
{
    [Fact]
    public void A_list_grows_shifts_copies_and_trims()
    {
        ArgumentList list = new(0);
        for (int i = 0; i < 1000; i++)
        {
            list.Add(new ArgumentRange(i, i % 7));
        }

        list.Shift(5);
        ArgumentList copy = new();
        copy.Add(new ArgumentRange(99, 99));
        copy.CopyFrom(list);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => new ArgumentRange(i + 5, i % 7)), copy.AsSpan().ToArray());
        Assert.Equal(new ArgumentRange(1004, 999 % 7), copy[999]);
        Assert.Throws<ArgumentOutOfRangeException>(() => copy[1000]);

        copy.Clear();
        Assert.True(copy.Capacity >= 1000);
        copy.TrimExcess();
        Assert.True(copy.Capacity < 100);
        Assert.Equal(0, copy.Count);
        Assert.Equal(1000, list.Count);
    }

    [Fact]
    public void A_range_gives_its_bytes() => Assert.Equal("GET"u8, new ArgumentRange(4, 3).In("$3\r\nGET\r\n"u8));
}
