import { describe, expect, it } from 'vitest';
import { matchWords } from './CommandPalette';

describe('the palette', () => {
  it('wants every word, and prefers the name to the keywords', () => {
    expect(matchWords('Activity go:/activity', 'slow', ['slow', 'log'])).toBe(0.5);
    expect(matchWords('Activity go:/activity', 'act')).toBe(1);
    expect(matchWords('Use the dark theme', 'theme dark')).toBe(0.8);
    expect(matchWords('Configuration go:/configuration', 'user', ['options'])).toBe(0);
  });
});
