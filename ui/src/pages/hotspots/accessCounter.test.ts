import { describe, expect, it } from 'vitest';
import { AccessCounter, readKeyPositions } from './accessCounter';

const table = readKeyPositions([
  ['get', 2, ['readonly'], 1, 1, 1],
  ['mset', -3, ['write'], 1, -1, 2],
  ['rename', 3, ['write'], 1, 2, 1],
  ['ping', -1, ['fast'], 0, 0, 0],
]);
const seen = (...lines: string[]) => lines.map((line) => ({ db: 0, name: '', command: line.split(' ') }));

describe('counting accesses', () => {
  it('knows where keys are, and who writes', () => {
    const counter = new AccessCounter(table);
    counter.add(seen('GET a', 'get a', 'MSET b 1 c 2', 'RENAME a b', 'PING', 'UNKNOWN x'), 1000);
    const rows = counter.top(10, 1000);
    expect(rows.map((row) => [row.key, Math.round(row.reads * 15), Math.round(row.writes * 15)])).toEqual([['a', 2, 1], ['b', 0, 2], ['c', 0, 1]]);
    expect(rows.reduce((sum, row) => sum + row.share, 0)).toBeCloseTo(1);
  });

  it('tells a steady rate, and forgets', () => {
    const counter = new AccessCounter(table);
    for (let ms = 0; ms < 120_000; ms += 100) counter.add(seen('GET steady'), ms);
    expect(counter.top(1, 120_000)[0]!.reads).toBeCloseTo(10, 0);
    expect(counter.top(1, 360_000)).toEqual([]);
  });

  it('keeps the keys that matter when there are too many', () => {
    const counter = new AccessCounter(table);
    for (let i = 0; i < 5000; i++) counter.add(seen(`GET once:${i}`, 'GET often'), i);
    const [first] = counter.top(1, 5000);
    expect(first!.key).toBe('often');
    expect(first!.share).toBeCloseTo(0.5, 1);
    expect(counter.top(10_000, 5000).length).toBeLessThanOrEqual(2000);
  });
});
