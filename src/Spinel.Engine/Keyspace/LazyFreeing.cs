namespace Spinel.Engine;

/// <summary>The <c>lazyfree-lazy-*</c> options, as the keyspace reads them.</summary>
internal sealed class LazyFreeing
{
    public bool OnExpire { get; set; }

    public bool OnEviction { get; set; }

    /// <summary>For values that a command overwrites or removes as a side effect (SET over a list, RENAME over a key).</summary>
    public bool OnServerDelete { get; set; }

    /// <summary>Makes DEL behave as UNLINK.</summary>
    public bool OnUserDelete { get; set; }

    /// <summary>Makes FLUSHDB and FLUSHALL without SYNC behave as with ASYNC.</summary>
    public bool OnUserFlush { get; set; }
}
