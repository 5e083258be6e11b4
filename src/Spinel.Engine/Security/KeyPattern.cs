using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Security;

/// <summary>What may be done to keys.</summary>
[Flags]
internal enum KeyAccess : byte
{
    None = 0,
    Read = 1,
    Write = 2,
    ReadWrite = Read | Write,
}

/// <summary>The keys that a glob-style pattern matches, and what may be done to them.</summary>
internal readonly record struct KeyPattern(byte[] Glob, KeyAccess Access)
{
    /// <summary>
    /// The access that a command asks for. Only what it does with the value counts: EXISTS and TYPE look at a key without reading it, so any pattern
    /// that matches lets them through.
    /// </summary>
    public static KeyAccess NeededFor(KeySpecFlags flags) =>
        ((flags & KeySpecFlags.Access) != 0 ? KeyAccess.Read : KeyAccess.None)
        | ((flags & (KeySpecFlags.Insert | KeySpecFlags.Update | KeySpecFlags.Delete)) != 0 ? KeyAccess.Write : KeyAccess.None);

    public bool Allows(KeyAccess access) => (Access & access) == access;
}
