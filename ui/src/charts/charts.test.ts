import { describe, expect, it, vi } from 'vitest';
import type { Connection } from '@/api/connection';
import { LiveStats } from './live';
import { SeriesRing } from './SeriesRing';
import { greatest, lowerBound, niceCeiling, outline, stack } from './scale';

describe('SeriesRing', () => {
  it('is the same as a list that forgets its beginning', () => {
    const ring = new SeriesRing(7);
    const model: [number, number][] = [];
    for (let i = 0; i < 50; i++) {
      ring.push(i, { a: i * i });
      model.push([i, i * i]);
      const tail = model.slice(-7);
      expect([...ring.times()]).toEqual(tail.map(([t]) => t));
      expect([...ring.values('a')]).toEqual(tail.map(([, v]) => v));
      expect(ring.last('a')).toBe(i * i);
      expect([ring.firstTime, ring.lastTime]).toEqual([tail[0]![0], i]);
    }
  });
  it('shows a series that came later, or is missing, as unknown', () => {
    const ring = new SeriesRing(4);
    ring.push(1, { a: 1 });
    ring.push(2, { a: 2, b: 20 });
    ring.push(3, { b: null });
    expect([...ring.values('a')]).toEqual([1, 2, NaN]);
    expect([...ring.values('b')]).toEqual([NaN, 20, NaN]);
    expect([...ring.values('never')]).toEqual([NaN, NaN, NaN]);
  });
  it('refuses time that goes back', () => {
    const ring = new SeriesRing(4);
    ring.push(5, { a: 1 });
    expect(ring.push(5, { a: 2 })).toBe(false);
    expect(ring.push(4, { a: 2 })).toBe(false);
    expect(ring.length).toBe(1);
  });
  it('draws without copying', () => {
    const ring = new SeriesRing(4);
    ring.push(1, { a: 1 });
    expect(ring.values('a').buffer).toBe(ring.values('a').buffer);
  });
  it('takes history in: before, and in place of what it covers', () => {
    const ring = new SeriesRing(10);
    ring.push(1, { a: 1 });
    ring.push(4, { a: 4 });
    ring.push(9, { a: 9 });
    ring.merge([3, 5, 7], { a: [30, null, 70] });
    expect([...ring.times()]).toEqual([1, 3, 5, 7, 9]);
    expect([...ring.values('a')]).toEqual([1, 30, NaN, 70, 9]);
  });
});

describe('LiveStats', () => {
  it('fills the hour before, and gaps, from the history', async () => {
    const history = vi.fn((_names: readonly string[], from: number, to: number) => Promise.resolve({ from, to, stepMs: 1000, times: [to - 1000, to], series: { x: [1, 2] } }));
    const stats = new LiveStats({} as Connection, history);
    stats.receive({ time: 100_000_000, values: { x: 3 } });
    await Promise.resolve();
    await Promise.resolve();
    expect(history).toHaveBeenCalledWith(['x'], 96_415_000, 99_999_000, 3586);
    expect([...stats.ring.values('x')]).toEqual([1, 2, 3]);
    stats.receive({ time: 100_001_000, values: { x: 4 } });
    expect(history).toHaveBeenCalledTimes(1);
    stats.receive({ time: 100_060_000, values: { x: 5 } });
    expect(history).toHaveBeenCalledTimes(2);
    expect(stats.latest?.values['x']).toBe(5);
  });
});

describe('scales', () => {
  it('find places in time', () => {
    const times = Float64Array.of(1, 3, 5);
    expect([0, 1, 2, 3, 6].map((t) => lowerBound(times, t))).toEqual([0, 0, 1, 1, 3]);
  });
  it('look past gaps', () => {
    expect(greatest(Float64Array.of(1, NaN, 4, 2), 0, 4)).toBe(4);
    expect(greatest(Float64Array.of(NaN), 0, 1)).toBe(0);
  });
  it('round up to what reads well', () => {
    expect([0, 0.9, 7, 42, 960, 1001].map((v) => niceCeiling(v))).toEqual([1, 1, 7.5, 50, 1000, 1500]);
    for (let v = 0.001; v < 1e9; v *= 1.37) expect(niceCeiling(v)).toBeGreaterThan(v);
    expect(niceCeiling(1_000_000, true) % 1024).toBe(0);
  });
  it('keep first, lowest, highest and last of each pixel', () => {
    const times = Float64Array.from({ length: 100 }, (_, i) => i);
    const values = Float64Array.from({ length: 100 }, (_, i) => (i * 37) % 101);
    const chosen = outline(times, values, 0, 100, 10);
    expect(chosen).toEqual([...chosen].sort((a, b) => a - b));
    for (let pixel = 0; pixel < 10; pixel++) {
      const all = [...values.subarray(pixel * 10, pixel * 10 + 10)];
      const kept = chosen.filter((i) => Math.floor(i / 10) === pixel).map((i) => values[i]!);
      expect(kept.length).toBeLessThanOrEqual(4);
      expect([Math.min(...kept), Math.max(...kept), kept[0], kept.at(-1)]).toEqual([Math.min(...all), Math.max(...all), all[0], all.at(-1)]);
    }
    expect(outline(times, values, 3, 6, 0.5)).toEqual([3, 4, 5]);
  });
  it('stack, with gaps only where nothing is known', () => {
    const into = [new Float64Array(3), new Float64Array(3)];
    stack([Float64Array.of(1, NaN, NaN), Float64Array.of(2, 5, NaN)], into);
    expect(into.map((c) => [...c])).toEqual([[1, 0, NaN], [3, 5, NaN]]);
  });
});
