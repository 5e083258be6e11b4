import { describe, expect, it } from 'vitest';
import { matchWords } from './CommandPalette';

describe('the palette', () => {
  it('wants every word, and prefers the name to the keywords', () => {
    expect(matchWords('Activity go:/activity', 'slow', ['slow', 'log'])).toBe(0.5);
    expect(matchWords('Activity go:/activity', 'act')).toBe(1);
    expect(matchWords('Use the dark theme', 'theme dark')).toBe(0.8);
    expect(matchWords('Configuration go:/configuration', 'user', ['options'])).toBe(0);
  });

  it('puts what is named in full before what only has the words', () => {
    const option = matchWords('option:maxmemory', 'maxmemory', ['maxmemory']);
    expect(option).toBeGreaterThan(matchWords('option:maxmemory-policy', 'maxmemory', ['maxmemory-policy']));
    expect(matchWords('key:suser:7', 'user:7', ['user:7'])).toBeGreaterThan(matchWords('key:suser:70', 'user:7', ['user:70']));
    // A page that begins with the text is what the text is most likely for.
    expect(matchWords('Keys go:/keys', 'key')).toBeGreaterThan(matchWords('key:skeys', 'key', ['keys']));
    expect(matchWords('key:suser:70', 'user', ['user:70'])).toBeGreaterThan(matchWords('option:user', 'use', ['user']));
  });
});
