import { describe, expect, it } from 'vitest';
import { landRings } from './land';

describe('outlines of the land', () => {
  const rings = landRings();

  it('are closed and lie on the globe', () => {
    expect(rings.length).toBeGreaterThan(100);
    for (const ring of rings) {
      expect(ring.length).toBeGreaterThanOrEqual(8);
      expect([ring[0], ring[1]]).toEqual([ring.at(-2), ring.at(-1)]);
      for (let i = 0; i < ring.length; i += 2) {
        if (i > 0) expect(Math.abs(ring[i]! - ring[i - 2]!)).toBeLessThanOrEqual(361);
        expect(Math.abs(ring[i + 1]!)).toBeLessThanOrEqual(90.001);
      }
    }
  });

  it('have Vienna on land and the middle of the Atlantic not', () => {
    const isInside = (longitude: number, latitude: number) =>
      rings.reduce((inside, ring) => {
        for (let i = 2; i < ring.length; i += 2) {
          const [x1, y1, x2, y2] = [ring[i - 2]!, ring[i - 1]!, ring[i]!, ring[i + 1]!];
          if (y1 > latitude !== y2 > latitude && longitude < ((x2 - x1) * (latitude - y1)) / (y2 - y1) + x1) inside = !inside;
        }
        return inside;
      }, false);
    expect(isInside(16.4, 48.2)).toBe(true);
    expect(isInside(-95, 40)).toBe(true);
    expect(isInside(-35, 30)).toBe(false);
  });
});
