using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Cluster;

/// <summary>
/// The commands of Redis Cluster on a server that is part of none: there to be refused in the words that cluster clients know, so that they go on as with
/// a single server.
/// </summary>
[CommandContainer("CLUSTER", Group = CommandGroup.Cluster, Since = "3.0.0", Summary = "Speaks with the cluster that this server is part of.")]
internal static class ClusterCommands
{
    private const CommandFlags Changes = CommandFlags.Admin | CommandFlags.Stale | CommandFlags.NoAsyncLoading;

    [Command("CLUSTER|ADDSLOTS", "slot [slot ...]",
        Arity = -3, Flags = Changes, Group = CommandGroup.Cluster,
        Since = "3.0.0", Complexity = "O(N)", Summary = "Gives slots to this node.")]
    [Command("CLUSTER|ADDSLOTSRANGE", "start-slot end-slot [start-slot end-slot ...]",
        Arity = -4, Flags = Changes, Group = CommandGroup.Cluster,
        Since = "7.0.0", Complexity = "O(N)", Summary = "Gives ranges of slots to this node.")]
    [Command("CLUSTER|BUMPEPOCH", "",
        Arity = 2, Flags = Changes, Group = CommandGroup.Cluster,
        Since = "3.0.0", Complexity = "O(1)", Tips = "nondeterministic_output", Summary = "Raises the configuration epoch of this node.")]
    [Command("CLUSTER|COUNT-FAILURE-REPORTS", "node-id",
        Arity = 3, Flags = CommandFlags.Admin | CommandFlags.Stale, Group = CommandGroup.Cluster, Since = "3.0.0", Complexity = "O(N)",
        Tips = "nondeterministic_output", Summary = "Counts the reports that a node has failed.")]
    [Command("CLUSTER|COUNTKEYSINSLOT", "slot",
        Arity = 3, Flags = CommandFlags.Stale, Group = CommandGroup.Cluster, Since = "3.0.0", Complexity = "O(1)", Summary = "Counts the keys of a slot.")]
    [Command("CLUSTER|DELSLOTS", "slot [slot ...]",
        Arity = -3, Flags = Changes, Group = CommandGroup.Cluster,
        Since = "3.0.0", Complexity = "O(N)", Summary = "Takes slots from this node.")]
    [Command("CLUSTER|DELSLOTSRANGE", "start-slot end-slot [start-slot end-slot ...]",
        Arity = -4, Flags = Changes, Group = CommandGroup.Cluster,
        Since = "7.0.0", Complexity = "O(N)", Summary = "Takes ranges of slots from this node.")]
    [Command("CLUSTER|FAILOVER", "[FORCE | TAKEOVER]",
        Arity = -2, Flags = Changes, Group = CommandGroup.Cluster,
        Since = "3.0.0", Complexity = "O(1)", Summary = "Makes this replica the primary of its shard.")]
    [Command("CLUSTER|FLUSHSLOTS", "",
        Arity = 2, Flags = Changes, Group = CommandGroup.Cluster,
        Since = "3.0.0", Complexity = "O(1)", Summary = "Takes all slots from this node.")]
    [Command("CLUSTER|FORGET", "node-id",
        Arity = 3, Flags = Changes, Group = CommandGroup.Cluster,
        Since = "3.0.0", Complexity = "O(1)", Summary = "Removes a node from the table of nodes.")]
    [Command("CLUSTER|GETKEYSINSLOT", "slot count",
        Arity = 4, Flags = CommandFlags.Stale, Group = CommandGroup.Cluster, Since = "3.0.0", Complexity = "O(log(N))",
        Tips = "nondeterministic_output", Summary = "Lists keys of a slot.")]
    [Command("CLUSTER|HELP", "",
        Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Cluster, Since = "5.0.0",
        Complexity = "O(1)", Summary = "Lists the subcommands.")]
    [Command("CLUSTER|INFO", "",
        Arity = 2, Flags = CommandFlags.Stale, Group = CommandGroup.Cluster, Since = "3.0.0", Complexity = "O(1)",
        Tips = "nondeterministic_output", Summary = "Tells the state of the cluster.")]
    [Command("CLUSTER|KEYSLOT", "key:string",
        Arity = 3, Flags = CommandFlags.Stale, Group = CommandGroup.Cluster, Since = "3.0.0", Complexity = "O(N)", Summary = "Tells the slot of a key.")]
    [Command("CLUSTER|LINKS", "",
        Arity = 2, Flags = CommandFlags.Stale, Group = CommandGroup.Cluster, Since = "7.0.0", Complexity = "O(N)",
        Tips = "nondeterministic_output", Summary = "Lists the connections to other nodes.")]
    [Command("CLUSTER|MEET", "ip port [cluster-bus-port:integer]",
        Arity = -4, Flags = Changes, Group = CommandGroup.Cluster,
        Since = "3.0.0", Complexity = "O(1)", Summary = "Joins this node with another.")]
    [Command("CLUSTER|MYID", "",
        Arity = 2, Flags = CommandFlags.Stale, Group = CommandGroup.Cluster, Since = "3.0.0", Complexity = "O(1)", Summary = "Tells the id of this node.")]
    [Command("CLUSTER|NODES", "",
        Arity = 2, Flags = CommandFlags.Stale, Group = CommandGroup.Cluster, Since = "3.0.0", Complexity = "O(N)",
        Tips = "nondeterministic_output", Summary = "Lists the nodes.")]
    [Command("CLUSTER|REPLICAS", "node-id",
        Arity = 3, Flags = CommandFlags.Admin | CommandFlags.Stale, Group = CommandGroup.Cluster, Since = "5.0.0", Complexity = "O(1)",
        Tips = "nondeterministic_output", Summary = "Lists the replicas of a primary.")]
    [Command("CLUSTER|REPLICATE", "node-id",
        Arity = 3, Flags = Changes, Group = CommandGroup.Cluster,
        Since = "3.0.0", Complexity = "O(1)", Summary = "Makes this node the replica of another.")]
    [Command("CLUSTER|RESET", "[HARD | SOFT]",
        Arity = -2, Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Stale, Group = CommandGroup.Cluster,
        Since = "3.0.0", Complexity = "O(N)", Summary = "Lets this node forget its cluster.")]
    [Command("CLUSTER|SAVECONFIG", "",
        Arity = 2, Flags = Changes, Group = CommandGroup.Cluster,
        Since = "3.0.0", Complexity = "O(1)", Summary = "Writes the configuration of the cluster to disk.")]
    [Command("CLUSTER|SET-CONFIG-EPOCH", "config-epoch:integer",
        Arity = 3, Flags = Changes, Group = CommandGroup.Cluster,
        Since = "3.0.0", Complexity = "O(1)", Summary = "Sets the configuration epoch of a new node.")]
    [Command("CLUSTER|SETSLOT", "slot <IMPORTING node-id | MIGRATING node-id | NODE node-id | STABLE>",
        Arity = -4, Flags = Changes, Group = CommandGroup.Cluster,
        Since = "3.0.0", Complexity = "O(1)", Summary = "Binds a slot to a node, or says where it moves.")]
    [Command("CLUSTER|SHARDS", "",
        Arity = 2, Flags = CommandFlags.Stale, Group = CommandGroup.Cluster, Since = "7.0.0", Complexity = "O(N)",
        Tips = "nondeterministic_output", Summary = "Lists the shards with their slots and nodes.")]
    [Command("CLUSTER|SLAVES", "node-id",
        Arity = 3, Flags = CommandFlags.Admin | CommandFlags.Stale, Group = CommandGroup.Cluster, Since = "3.0.0", Complexity = "O(1)",
        Tips = "nondeterministic_output", Deprecated = "5.0.0 `CLUSTER REPLICAS`", Summary = "Lists the replicas of a primary.")]
    [Command("CLUSTER|SLOTS", "",
        Arity = 2, Flags = CommandFlags.Stale, Group = CommandGroup.Cluster, Since = "3.0.0", Complexity = "O(N)",
        Tips = "nondeterministic_output", Deprecated = "7.0.0 `CLUSTER SHARDS`", Summary = "Lists the slots with their nodes.")]
    [Command("ASKING", "",
        Arity = 1, Flags = CommandFlags.Fast, Group = CommandGroup.Cluster, Since = "3.0.0", Complexity = "O(1)",
        AclCategories = "connection", Summary = "Lets the next command touch a slot that is on its way to this node.")]
    [Command("READONLY", "",
        Arity = 1, Flags = CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast, Group = CommandGroup.Cluster, Since = "3.0.0",
        Complexity = "O(1)", AclCategories = "connection", Summary = "Lets this connection read from a replica of a cluster.")]
    [Command("READWRITE", "",
        Arity = 1, Flags = CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast, Group = CommandGroup.Cluster, Since = "3.0.0",
        Complexity = "O(1)", AclCategories = "connection", Summary = "Ends READONLY.")]
    internal static void Refuse(ref CommandContext c) => c.Error(Errors.ClusterDisabled);
}
