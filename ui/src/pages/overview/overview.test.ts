import { describe, expect, it } from 'vitest';
import { parseInfo } from '@/lib/info';
import { changedOptions, changesFromAclLog, changesFromInfo, changesFromSlowLog, newestFirst } from './changes';
import { checks, overall, replicasOf } from './health';

const calm = parseInfo(
  ['# Server', 'uptime_in_seconds:100', 'used_memory:1000', 'maxmemory:0', 'rdb_last_bgsave_status:ok', 'rdb_last_save_time:1000', 'rdb_changes_since_last_save:0', 'aof_enabled:0', 'role:master', 'connected_clients:5', 'maxclients:10000', 'rejected_connections:0', ''].join('\r\n'),
);
const values = { 'latency.wait.p99': 50, 'engine.longestTurnMs': 0.4, 'engine.busy': 0.1, 'keys.hitRatio': 0.99 };
const now = 1_010_000;
const find = (info: typeof calm, id: string, v: Record<string, number> = values) => checks(info, v, now).find((c) => c.id === id)!;

describe('health', () => {
  it('is good for a calm server', () => {
    expect(overall(checks(calm, values, now))).toBe('good');
    expect(find(calm, 'rdb').text).toBe('10 s old, 0 changes');
    expect(find(calm, 'aof').health).toBe('idle');
  });
  it('says no snapshot where none was written', () => {
    const fresh = { ...calm, rdb_last_save_time: '910', rdb_saves: '0', rdb_changes_since_last_save: '3' };
    expect(find(fresh, 'rdb')).toMatchObject({ health: 'idle', text: 'None since the start, 3 changes' });
    expect(find({ ...fresh, rdb_changes_since_last_save: '0', rdb_last_load_keys_loaded: '12' }, 'rdb').text).toBe('None since the start, 12 keys loaded');
    expect(find({ ...fresh, uptime_in_seconds: '100000', rdb_last_save_time: '-98990' }, 'rdb').health).toBe('warn');
  });
  it.each([
    ['memory', { maxmemory: '1000', maxmemory_policy: 'noeviction' }, 'bad'],
    ['memory', { maxmemory: '1000', maxmemory_policy: 'allkeys-lru' }, 'good'],
    ['memory', { maxmemory: '1080', maxmemory_policy: 'noeviction' }, 'warn'],
    ['rdb', { rdb_last_bgsave_status: 'err' }, 'bad'],
    ['aof', { aof_enabled: '1', aof_last_write_status: 'err' }, 'bad'],
    ['aof', { aof_enabled: '1', aof_last_bgrewrite_status: 'err' }, 'warn'],
    ['replication', { role: 'slave', master_link_status: 'down', master_host: 'h', master_port: '1' }, 'bad'],
    ['replication', { slave0: 'ip=1.2.3.4,port=6380,state=online,offset=90,lag=20', master_repl_offset: '100' }, 'warn'],
    ['clients', { connected_clients: '9800' }, 'bad'],
  ])('%s with %j is %s', (id, change, health) => expect(find({ ...calm, ...change }, id).health).toBe(health));
  it('looks at the engine', () => {
    expect(find(calm, 'latency', { ...values, 'engine.longestTurnMs': 250 }).health).toBe('bad');
    expect(find(calm, 'latency', { ...values, 'engine.busy': 0.9 }).health).toBe('warn');
    expect(find(calm, 'latency', {}).health).toBe('idle');
  });
  it('is in no hurry to warn of a young server', () => {
    const few = { ...calm, keyspace_hits: '10', keyspace_misses: '400' };
    expect(find(few, 'hits', { ...values, 'keys.hitRatio': 0.024 })).toMatchObject({ health: 'good', text: '2.4 % found' });
    expect(find({ ...few, keyspace_misses: '40000' }, 'hits', { ...values, 'keys.hitRatio': 0.024 }).health).toBe('warn');
    expect(find({ ...calm, uptime_in_seconds: '45' }, 'latency', { ...values, 'engine.longestTurnMs': 250 }).health).toBe('good');
  });
  it('reads replicas', () => {
    const info = { ...calm, master_repl_offset: '100', slave0: 'ip=10.0.0.1,port=6380,state=online,offset=90,lag=1', slave1: 'ip=10.0.0.2,port=6380,state=wait_bgsave,offset=0,lag=0' };
    expect(replicasOf(info)).toEqual([
      { address: '10.0.0.1:6380', state: 'online', offset: 90, lagBytes: 10, lagSeconds: 1 },
      { address: '10.0.0.2:6380', state: 'wait_bgsave', offset: 0, lagBytes: 100, lagSeconds: 0 },
    ]);
  });
});

describe('changes', () => {
  it('come from where the server keeps them', () => {
    expect(changesFromInfo({ ...calm, rdb_last_bgsave_time_sec: '2', tcp_port: '6379' }, now).map((c) => [c.kind, c.atMs])).toEqual([['start', 910_000], ['save', 1_000_000]]);
    expect(changesFromSlowLog([[7, 500, 12_000, ['KEYS', '*'], '127.0.0.1:1', 'app']])[0]).toMatchObject({ text: 'KEYS took 12 ms', detail: '*', atMs: 500_000 });
    expect(changesFromAclLog([['count', 3, 'reason', 'auth', 'object', 'AUTH', 'username', 'eve', 'age-seconds', '4.5', 'entry-id', 1]], 100_000)[0]).toMatchObject({ text: 'A login as eve failed', detail: '3 times', isBad: true });
    expect(changedOptions({ a: '1', b: '2' }, { a: '1', b: '3', c: '4' }, 5)).toEqual([{ id: 'config:b:5', atMs: 5, kind: 'config', text: 'b was set', detail: '2 → 3', to: '/configuration?q=b' }]);
  });
  it('of one kind leave room for others', () => {
    const slow = Array.from({ length: 10 }, (_, i) => ({ id: `s${i}`, atMs: 100 + i, kind: 'slow' as const, text: '', to: '/' }));
    const start = { id: 'start', atMs: 1, kind: 'start' as const, text: '', to: '/' };
    expect(newestFirst([slow, [start]], 9).map((c) => c.id)).toEqual(['s9', 's8', 's7', 'start']);
  });
  it('stand newest first, each once', () => {
    const change = (id: string, atMs: number) => ({ id, atMs, kind: 'slow' as const, text: id, to: '/' });
    expect(newestFirst([[change('a', 1), change('b', 3)], [change('a', 1), change('c', 2), change('x', NaN)]], 2).map((c) => c.id)).toEqual(['b', 'c']);
  });
});
