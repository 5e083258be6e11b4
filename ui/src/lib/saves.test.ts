import { describe, expect, it } from 'vitest';
import { isLogForgotten, saveState } from './saves';

const fresh = { server_time_usec: '1000600000', uptime_in_seconds: '100', rdb_last_save_time: '900', rdb_saves: '0', rdb_last_load_keys_loaded: '0' };

describe('the newest snapshot', () => {
  it('is none when only the start is named', () => {
    expect(saveState(fresh, 5_000_000)).toEqual({ savedAtMs: null, startedAtMs: 900_600, loadedKeys: 0 });
    expect(saveState({ ...fresh, rdb_last_load_keys_loaded: '7' }, 0)).toMatchObject({ savedAtMs: null, loadedKeys: 7 });
  });
  it('is known by its count, or by its time after the start', () => {
    expect(saveState({ ...fresh, rdb_saves: '1', rdb_last_save_time: '901' }, 0).savedAtMs).toBe(901_000);
    expect(saveState({ ...fresh, rdb_last_save_time: '950' }, 0).savedAtMs).toBe(950_000);
  });
  it('is believed when the start is not told', () => {
    expect(saveState({ rdb_last_save_time: '950' }, 0).savedAtMs).toBe(950_000);
  });
});

describe('the write log', () => {
  const switchedOn = { aof_enabled: '1', aof_rewrites: '1', config_file: '' };
  it('is forgotten when it was switched on and nothing tells the next start', () => expect(isLogForgotten(switchedOn)).toBe(true));
  it.each([{ aof_enabled: '0' }, { aof_rewrites: '0' }, { config_file: '/etc/spinel.conf' }])('is not with %j', (change) => expect(isLogForgotten({ ...switchedOn, ...change })).toBe(false));
});
