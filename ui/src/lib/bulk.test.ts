import { describe, expect, it } from 'vitest';
import type { Bulk } from './bytes';
import { BatchSize, runBulk, type BulkEnvironment, type BulkJob, type BulkProgress } from './bulk';

/** A database that scans in steps, gives some keys twice, and keeps time by being slept in. */
class FakeServer implements BulkEnvironment {
  readonly keys: string[];
  readonly applied: Bulk[][] = [];
  clock = 0;
  failAfter = Infinity;
  onApply: () => void = () => undefined;

  constructor(count: number) {
    this.keys = Array.from({ length: count }, (_, i) => `k${i}`);
  }

  scan(cursor: string, _job: BulkJob, count: number): Promise<{ cursor: string; keys: Bulk[] }> {
    const at = Number(cursor);
    const next = at + count;
    // The last key of a step comes again with the next.
    const keys = this.keys.slice(Math.max(0, at - 1), next);
    return Promise.resolve({ cursor: next >= this.keys.length ? '0' : String(next), keys });
  }

  databaseSize(): Promise<number> {
    return Promise.resolve(this.keys.length);
  }

  apply(_action: unknown, keys: Bulk[]): Promise<number> {
    if (this.applied.length >= this.failAfter) return Promise.reject(new Error('NOPERM this user has no permissions'));
    this.applied.push(keys);
    this.onApply();
    return Promise.resolve(keys.length);
  }

  now(): number {
    return this.clock;
  }

  sleep(ms: number): Promise<void> {
    this.clock += ms;
    return Promise.resolve();
  }
}

const job = (changes: Partial<BulkJob> = {}): BulkJob => ({
  match: 'k*',
  type: null,
  action: { kind: 'delete' },
  dryRun: false,
  keysPerSecond: Infinity,
  ...changes,
});
const never = new AbortController().signal;

describe('changing many keys', () => {
  it('counts in a dry run and changes nothing', async () => {
    const server = new FakeServer(3500);
    const result = await runBulk(job({ dryRun: true }), server, () => undefined, never);
    expect(result).toMatchObject({ state: 'done', matched: 3500, changed: 0, share: 1 });
    expect(result.examples.length).toBe(20);
    expect(server.applied).toEqual([]);
  });

  it('changes every key once, in batches', async () => {
    const server = new FakeServer(3500);
    const result = await runBulk(job(), server, () => undefined, never);
    expect(result).toMatchObject({ state: 'done', matched: 3500, changed: 3500 });
    expect(server.applied.flat().toSorted()).toEqual(server.keys.toSorted());
    expect(Math.max(...server.applied.map((batch) => batch.length))).toBe(BatchSize);
  });

  it('keeps to the pace', async () => {
    const server = new FakeServer(1000);
    await runBulk(job({ keysPerSecond: 200 }), server, () => undefined, never);
    expect(server.clock).toBeGreaterThanOrEqual(4999);
    expect(server.clock).toBeLessThan(5500);
  });

  it('tells how far it is, never going back', async () => {
    const seen: BulkProgress[] = [];
    await runBulk(job(), new FakeServer(10_000), (progress) => seen.push(progress), never);
    const changed = seen.map((p) => p.changed);
    expect(changed).toEqual(changed.toSorted((a, b) => a - b));
    expect(seen.length).toBeGreaterThan(20);
    expect(seen.at(-1)!.state).toBe('done');
  });

  it('stops when told to, between batches', async () => {
    const server = new FakeServer(5000);
    const abort = new AbortController();
    server.onApply = () => server.applied.length === 3 && abort.abort();
    const result = await runBulk(job(), server, () => undefined, abort.signal);
    expect(result).toMatchObject({ state: 'cancelled', changed: 3 * BatchSize });
  });

  it('says what went wrong and what was done before', async () => {
    const server = new FakeServer(2000);
    server.failAfter = 2;
    const result = await runBulk(job(), server, () => undefined, never);
    expect(result).toMatchObject({ state: 'failed', changed: 2 * BatchSize, error: 'NOPERM this user has no permissions' });
  });

  it('finishes on an empty database', async () => {
    expect(await runBulk(job(), new FakeServer(0), () => undefined, never)).toMatchObject({ state: 'done', matched: 0 });
  });
});
