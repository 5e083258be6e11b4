namespace Spinel.Engine.Statistics.Info;

/// <summary>INFO stats: counters since the start, or since CONFIG RESETSTAT.</summary>
internal static class StatsInfo
{
    private const double BytesPerKilobyte = 1024;
    private const long MicrosecondsPerMs = 1000;

    public static void Write(InfoWriter w, SpinelEngine engine)
    {
        ServerStatistics counters = engine.Statistics;
        w.Add("total_connections_received", counters.TotalConnections);
        w.Add("total_commands_processed", counters.TotalCommands);
        w.Add("instantaneous_ops_per_sec", (long)counters.CommandRate.PerSecond);
        w.Add("total_net_input_bytes", counters.NetInputBytes);
        w.Add("total_net_output_bytes", counters.NetOutputBytes);
        w.Add("total_net_repl_input_bytes", counters.ReplicationInputBytes);
        w.Add("total_net_repl_output_bytes", counters.ReplicationOutputBytes);
        w.Add("instantaneous_input_kbps", counters.NetInputRate.PerSecond / BytesPerKilobyte, 2);
        w.Add("instantaneous_output_kbps", counters.NetOutputRate.PerSecond / BytesPerKilobyte, 2);
        w.Add("instantaneous_input_repl_kbps", counters.ReplicationInputRate.PerSecond / BytesPerKilobyte, 2);
        w.Add("instantaneous_output_repl_kbps", counters.ReplicationOutputRate.PerSecond / BytesPerKilobyte, 2);
        w.Add("rejected_connections", counters.RejectedConnections);
        w.Add("sync_full", engine.Statistics.FullSyncs);
        w.Add("sync_partial_ok", engine.Statistics.PartialSyncs);
        w.Add("sync_partial_err", engine.Statistics.RefusedPartialSyncs);
        w.Add("expired_subkeys", counters.ExpiredFields);
        w.Add("expired_keys", counters.ExpiredKeys);
        w.Add("expired_stale_perc", counters.ExpiredStaleShare * 100, 2);
        w.Add("expired_time_cap_reached_count", counters.ExpiredTimeCapReached);
        w.Add("expire_cycle_cpu_milliseconds", counters.ExpireCycleCpuMicroseconds / MicrosecondsPerMs);
        w.Add("evicted_keys", counters.EvictedKeys);
        w.Add("evicted_clients", counters.EvictedClients);
        w.Add("total_eviction_exceeded_time", engine.MemoryLimit.TotalExceededMs);
        w.Add("current_eviction_exceeded_time", engine.MemoryLimit.CurrentExceededMs);
        w.Add("keyspace_hits", counters.KeyspaceHits);
        w.Add("keyspace_misses", counters.KeyspaceMisses);
        w.Add("pubsub_channels", engine.Broker.ChannelCount);
        w.Add("pubsub_patterns", engine.Broker.PatternCount);
        w.Add("pubsubshard_channels", engine.Broker.ShardCount);
        w.Add("latest_fork_usec", 0);
        w.Add("total_forks", 0);
        w.Add("migrate_cached_sockets", 0);
        w.Add("slave_expires_tracked_keys", counters.TrackedReplicaExpiries);
        w.Add("active_defrag_hits", 0);
        w.Add("active_defrag_misses", 0);
        w.Add("active_defrag_key_hits", engine.Compaction.MovedKeys);
        w.Add("active_defrag_key_misses", engine.Compaction.LeftKeys);
        w.Add("total_active_defrag_time", 0);
        w.Add("current_active_defrag_time", 0);
        w.Add("tracking_total_keys", engine.Invalidations.KeyCount);
        w.Add("tracking_total_items", engine.Invalidations.ItemCount);
        w.Add("tracking_total_prefixes", engine.Invalidations.PrefixCount);
        w.Add("unexpected_error_replies", counters.UnexpectedErrorReplies);
        w.Add("total_error_replies", counters.TotalErrorReplies);
        w.Add("dump_payload_sanitizations", 0);
        w.Add("total_reads_processed", counters.TotalReads);
        w.Add("total_writes_processed", counters.TotalWrites);
        w.Add("io_threaded_reads_processed", 0);
        w.Add("io_threaded_writes_processed", 0);
        w.Add("client_query_buffer_limit_disconnections", counters.ClientQueryBufferLimitDisconnections);
        w.Add("client_output_buffer_limit_disconnections", counters.ClientOutputBufferLimitDisconnections);
        w.Add("reply_buffer_shrinks", 0);
        w.Add("reply_buffer_expands", 0);
        w.Add("eventloop_cycles", counters.EventLoopCycles);
        w.Add("eventloop_duration_sum", engine.Clock.MicrosecondsBetween(0, counters.EventLoopTicks));
        w.Add("eventloop_duration_cmd_sum", engine.Clock.MicrosecondsBetween(0, counters.CommandTicks));
        w.Add("instantaneous_eventloop_cycles_per_sec", (long)counters.TurnRate.PerSecond);
        w.Add("instantaneous_eventloop_duration_usec", counters.TurnRate.PerSecond > 0 ? (long)(counters.TurnTimeRate.PerSecond / counters.TurnRate.PerSecond) : 0);
        w.Add("acl_access_denied_auth", counters.AccessDeniedAuth);
        w.Add("acl_access_denied_cmd", counters.AccessDeniedCommand);
        w.Add("acl_access_denied_key", counters.AccessDeniedKey);
        w.Add("acl_access_denied_channel", counters.AccessDeniedChannel);
    }
}
