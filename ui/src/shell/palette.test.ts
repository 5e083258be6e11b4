import { describe, expect, it } from 'vitest';
import { match, paletteEntries } from './paletteEntries';

const commands = [
  { id: 'keys', label: 'Keys', group: 'Go to', run: () => undefined },
  { id: 'persistence', label: 'Persistence', group: 'Go to', words: 'save snapshot rdb aof', run: () => undefined },
  { id: 'configuration', label: 'Configuration', group: 'Go to', words: 'options maxmemory settings', run: () => undefined },
  { id: 'activity', label: 'Activity', group: 'Go to', words: 'latency slow log clients', run: () => undefined },
  { id: 'theme', label: 'Use the light theme', group: 'Actions', words: 'dark light', run: () => undefined },
];
const options = ['slowlog-log-slower-than', 'save', 'maxmemory', 'maxmemory-policy', 'rdb-save-incremental-fsync'];
const ids = (text: string, keys: string[] = []) => paletteEntries(commands, keys, options, text).flatMap((group) => group.entries.map((entry) => entry.id));

describe('the palette', () => {
  it('wants every word, and prefers the name to the keywords', () => {
    expect(match('Activity', 'slow', 'slow log')).toBe(0.6);
    expect(match('Activity', 'log act', 'slow log')).toBe(0.35);
    expect(match('Activity', 'act')).toBe(0.7);
    expect(match('Use the dark theme', 'theme dark')).toBe(0.5);
    expect(match('Configuration', 'user', 'options')).toBe(0);
  });

  it('offers everything that needs no text at first', () => {
    expect(ids('')).toEqual(['command:keys', 'command:persistence', 'command:configuration', 'command:activity', 'command:theme']);
  });

  it('puts the likeliest first', () => {
    expect(ids('save')[0]).toBe('option:save');
    expect(ids('maxmem')[0]).toBe('option:maxmemory');
    expect(ids('slow log')[0]).toBe('command:activity');
    expect(ids('slowlog')[0]).toBe('option:slowlog-log-slower-than');
    expect(ids('snapshot')[0]).toBe('command:persistence');
    expect(ids('keys', ['skeys:1'])[0]).toBe('command:keys');
    expect(ids('keys:1', ['keys:10', 'keys:1'])).toEqual(['key:tkeys:1', 'key:tkeys:10']);
    expect(ids('dark')).toEqual(['command:theme']);
  });
});
