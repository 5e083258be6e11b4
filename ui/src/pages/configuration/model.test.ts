import { describe, expect, it } from 'vitest';
import { changes, configSet, isDefault, isSame, type OptionDescriptor, problemWith, search } from './model';

const option = (name: string, type: string, more: Partial<OptionDescriptor> = {}): OptionDescriptor => ({ name, group: 'memory', summary: `About ${name}.`, type, default: '', values: null, mutable: true, multiple: false, ...more });
const maxmemory = option('maxmemory', 'memory', { min: 0, max: 2 ** 63 });
const policy = option('maxmemory-policy', 'enum', { values: ['noeviction', 'allkeys-lru'] });
const hz = option('hz', 'int', { min: 1, max: 500 });
const save = option('save', 'list');

describe('configuration', () => {
  it('knows when two texts mean the same', () => {
    expect(isSame(maxmemory, '100mb', '104857600')).toBe(true);
    expect(isSame(maxmemory, '100m', '104857600')).toBe(false);
    expect(isSame(maxmemory, 'x', 'y')).toBe(false);
    expect(isSame(hz, '010', '10')).toBe(true);
    expect(isSame(hz, '', '0')).toBe(false);
    expect(isSame(policy, 'ALLKEYS-LRU', 'allkeys-lru')).toBe(true);
    expect(isSame(save, '3600 1  300 100 ', '3600 1 300 100')).toBe(true);
    expect(isSame(save, '3600 1 300 100', '3600 1')).toBe(false);
    const limits = option('client-output-buffer-limit', 'list', { default: 'normal 0 0 0 slave 256mb 64mb 60' });
    expect(isDefault(limits, 'normal 0 0 0 slave 268435456 67108864 60')).toBe(true);
    expect(isDefault(limits, 'normal 0 0 0 replica 268435456 67108864 60')).toBe(true);
    expect(isDefault(limits, 'normal 0 0 0 slave 268435456 67108864 61')).toBe(false);
    expect(isSame(option('requirepass', 'string'), '1kb', '1024')).toBe(false);
    expect(isDefault(option('dir', 'string', { default: '.' }), '/var/lib/spinel')).toBe(true);
    expect(isDefault(option('logfile', 'string'), '/var/log/spinel')).toBe(false);
  });
  it('finds slips', () => {
    expect(problemWith(hz, '10')).toBeNull();
    expect(problemWith(hz, '1.5')).toMatch(/whole number/);
    expect(problemWith(hz, '0')).toMatch(/1 at least/);
    expect(problemWith(hz, '501')).toMatch(/500 at most/);
    expect(problemWith(maxmemory, '2gb')).toBeNull();
    expect(problemWith(maxmemory, '5%')).toBeNull();
    expect(problemWith(maxmemory, '2 giga')).toMatch(/bytes/);
    expect(problemWith(policy, 'lru')).toMatch(/one of noeviction/);
    expect(problemWith(option('appendonly', 'bool'), 'on')).toMatch(/yes or no/);
    expect(problemWith(save, 'a\nb')).toMatch(/line/);
  });
  it('lists only what really changes', () => {
    const values = { maxmemory: '104857600', hz: '10', 'maxmemory-policy': 'noeviction' };
    const edits = new Map([['maxmemory', '100mb'], ['hz', '20'], ['maxmemory-policy', 'allkeys-lru']]);
    const list = changes([maxmemory, policy, hz], values, edits);
    expect(list.map((c) => [c.option.name, c.from, c.to])).toEqual([['maxmemory-policy', 'noeviction', 'allkeys-lru'], ['hz', '10', '20']]);
    expect(configSet(list)).toEqual(['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru', 'hz', '20']);
  });
  it('finds by name first, then by meaning', () => {
    const all = [option('timeout', 'int', { summary: 'Idle clients; see also maxmemory.' }), maxmemory, policy];
    expect(search(all, 'maxmemory').map((o) => o.name)).toEqual(['maxmemory', 'maxmemory-policy', 'timeout']);
    expect(search(all, 'idle clients').map((o) => o.name)).toEqual(['timeout']);
    expect(search(all, ' ')).toHaveLength(3);
    expect(search(all, 'nothing like it')).toEqual([]);
  });
});
