using Spinel.Engine.Configuration.Codecs;
using static Spinel.Engine.Configuration.OptionFlags;

namespace Spinel.Engine.Configuration;

// Who may do what.
public sealed partial class ServerOptions
{
    [Option("requirepass", "", "Password of the default user; empty for none.", Flags = Sensitive)]
    public partial ReadOnlyMemory<byte> RequirePass { get; }

    [Option("aclfile", "", "File of user definitions, relative to dir; empty for none.", Flags = Immutable)]
    public partial string AclFile { get; }

    [Option("user", "", "Defines a user by rules. May be given once for each user, but not together with aclfile.", Flags = FileOnly, Codec = typeof(UserLinesCodec))]
    public partial IReadOnlyList<string> Users { get; }

    [Option("acl-pubsub-default", "resetchannels", "Channels that a new user may use.")]
    public partial AclPubSubDefault AclPubSubDefault { get; }

    [Option("acllog-max-len", "128", "Entries that ACL LOG keeps.")]
    public partial long AclLogMaxLength { get; }

    [Option("enable-protected-configs", "no", "Who may change protected options with CONFIG SET.", Flags = Immutable)]
    public partial ProtectedAccess EnableProtectedConfigs { get; }

    [Option("enable-debug-command", "no", "Who may use DEBUG.", Flags = Immutable)]
    public partial ProtectedAccess EnableDebugCommand { get; }

    [Option("enable-module-command", "no", "Who may use MODULE.", Flags = Immutable)]
    public partial ProtectedAccess EnableModuleCommand { get; }

    [Option("rename-command", "", "Gives a command another name, or none at all. May be given once for each command.", Flags = FileOnly, Codec = typeof(RenamedCommandsCodec))]
    public partial IReadOnlyDictionary<string, string> RenamedCommands { get; }

    [Option("loadmodule", "", "Loads a module.", Flags = FileOnly, OnlyValue = "", OnlyValueReason = "cannot load modules", Codec = typeof(DirectiveListCodec))]
    public partial IReadOnlyList<string> LoadedModules { get; }
}
