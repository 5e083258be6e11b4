namespace Spinel.Engine.Statistics.Info;

/// <summary>INFO keyspace: a line for each database that has keys.</summary>
internal static class KeyspaceInfo
{
    public static void Write(InfoWriter w, SpinelEngine engine)
    {
        for (int i = 0; i < engine.Keyspace.DatabaseCount; i++)
        {
            Database database = engine.Keyspace[i];
            if (database.Count > 0)
            {
                // The count of hashes with fields that expire is newer than some readers of this line.
                string fields = database.FieldExpires.Count == 0 ? "" : $",subexpiry={database.FieldExpires.Count}";
                w.Line($"db{i}:keys={database.Count},expires={database.Expires.Count},avg_ttl={database.AverageTtlMs}{fields}");
            }
        }
    }
}
