import { describe, expect, it } from 'vitest';
import { backlog, risk, savePoints, saveProgress } from './model';

describe('persistence', () => {
  it('says what a power failure would cost', () => {
    const log = { aof_enabled: '1', aof_last_write_status: 'ok' };
    expect(risk(log, 'always', 0).headline).toBe('Nothing would be lost');
    expect(risk(log, 'everysec', 0).level).toBe('good');
    expect(risk(log, 'no', 0).level).toBe('warn');
    expect(risk({ ...log, aof_last_write_status: 'err' }, 'always', 0).level).toBe('bad');
    expect(risk({ ...log, aof_rewrites: '1', config_file: '' }, 'everysec', 0).detail).toContain('--appendonly yes');
    const none = { aof_enabled: '0', rdb_last_save_time: '1000', rdb_changes_since_last_save: '5' };
    expect(risk(none, '', 1_060_000)).toMatchObject({ level: 'warn', headline: '5 changes would be lost' });
    expect(risk(none, '', 9_000_000).level).toBe('bad');
    expect(risk({ ...none, rdb_changes_since_last_save: '0' }, '', 9_000_000).level).toBe('good');
    const fresh = { ...none, uptime_in_seconds: '60', rdb_saves: '0' };
    expect(risk(fresh, '', 1_060_000)).toMatchObject({ level: 'warn', detail: 'No snapshot was written since the start, 1 min ago, and the log is off.' });
    expect(risk({ ...fresh, rdb_changes_since_last_save: '0' }, '', 1_060_000).headline).toBe('Nothing has changed since the start');
  });
  it('reads save points and progress', () => {
    expect(savePoints('3600 1 300 100')).toEqual([{ seconds: 3600, changes: 1 }, { seconds: 300, changes: 100 }]);
    expect(savePoints('')).toEqual([]);
    expect(saveProgress({ rdb_bgsave_in_progress: '0' })).toBeNull();
    expect(saveProgress({ rdb_bgsave_in_progress: '1', current_save_keys_processed: '25', current_save_keys_total: '100', rdb_current_bgsave_time_sec: '3' })).toEqual({ processed: 25, total: 100, share: 0.25, seconds: 3 });
  });
  it('says how far the backlog reaches', () => {
    const info = { repl_backlog_active: '1', repl_backlog_size: '1000', repl_backlog_histlen: '600' };
    expect(backlog(info, 10, 250)).toEqual({ sizeBytes: 1000, usedBytes: 600, reachSeconds: 100, furthestShare: 0.25 });
    expect(backlog({ ...info, repl_backlog_active: '0' }, 10, 0)).toBeNull();
    expect(backlog(info, 0, 0)?.reachSeconds).toBe(Infinity);
  });
});
