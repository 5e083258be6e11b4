import { describe, expect, it } from 'vitest';
import { bulkId } from './bytes';
import { PageSize, TreeModel, type Page, type Row, type TreeEntry, type TreeNode } from './treeModel';

function entry(path: string, kind: 'prefix' | 'key'): TreeEntry {
  return { kind, name: path, path, keys: 1, bytes: 10, types: {}, expiring: 0, ttlBuckets: {}, type: kind === 'key' ? 'string' : null, ttlMs: -1 };
}

function page(total: number, pageNumber: number, make: (index: number) => TreeEntry): Page {
  const offset = pageNumber * PageSize;
  return { offset, total, entries: Array.from({ length: Math.max(0, Math.min(PageSize, total - offset)) }, (_, i) => make(offset + i)) };
}

const label = (row: Row | null): string =>
  row === null ? '-' : row.kind === 'entry' ? `${'.'.repeat(row.depth)}${String(row.entry.name)}` : `${'.'.repeat(row.depth)}<${row.kind}>`;
const labels = (model: TreeModel): string[] => Array.from({ length: model.rows }, (_, i) => label(model.row(i)));

/** Three prefixes; the second is open with two prefixes, of which the first is open with two keys. */
function opened(): { model: TreeModel; second: TreeNode; deep: TreeNode } {
  const model = new TreeModel();
  model.setPage(
    model.root,
    page(3, 0, (i) => entry(`p${i}:`, 'prefix')),
  );
  const second = model.expand(model.root, 1)!;
  model.setPage(
    second,
    page(2, 0, (i) => entry(`p1:q${i}:`, 'prefix')),
  );
  const deep = model.expand(second, 0)!;
  model.setPage(
    deep,
    page(2, 0, (i) => entry(`p1:q0:k${i}`, 'key')),
  );
  return { model, second, deep };
}

describe('the tree', () => {
  it('waits for its first page', () => {
    expect(labels(new TreeModel())).toEqual(['<loading>']);
  });

  it('lays out open prefixes in order', () => {
    const { model } = opened();
    expect(labels(model)).toEqual(['p0:', 'p1:', '.p1:q0:', '..p1:q0:k0', '..p1:q0:k1', '.p1:q1:', 'p2:']);
    expect(model.row(7)).toBeNull();
    expect(model.row(-1)).toBeNull();
  });

  it('agrees with a plain list of everything, whatever is open', () => {
    const model = new TreeModel();
    const total = 3 * PageSize;
    for (let p = 0; p < 3; p++)
      model.setPage(
        model.root,
        page(total, p, (i) => entry(`p${i}:`, 'prefix')),
      );
    const expected: string[] = [];
    for (let i = 0; i < total; i++) {
      expected.push(`p${i}:`);
      if (i % 37 !== 0) continue;
      const node = model.expand(model.root, i)!;
      model.setPage(
        node,
        page(i % 5, 0, (k) => entry(`p${i}:k${k}`, 'key')),
      );
      if (i % 5 === 0) expected.push('.<empty>');
      for (let k = 0; k < i % 5; k++) expected.push(`.p${i}:k${k}`);
    }
    expect(labels(model)).toEqual(expected);
  });

  it('finds a row in a million without the million', () => {
    const model = new TreeModel();
    model.setPage(
      model.root,
      page(1_000_000, 0, (i) => entry(`k${i}`, 'key')),
    );
    model.setPage(
      model.root,
      page(1_000_000, 4000, (i) => entry(`k${i}`, 'key')),
    );
    expect(model.rows).toBe(1_000_000);
    expect(label(model.row(800_001))).toBe('k800001');
    expect(model.row(500_000)).toMatchObject({ kind: 'loading', page: 2500 });
    expect(model.root.pages.size).toBe(2);
  });

  it('knows the way up', () => {
    const { model, second, deep } = opened();
    expect(model.rowAbove(deep)).toBe(2);
    expect(model.rowAbove(second)).toBe(1);
    expect(model.rowAbove(model.root)).toBeNull();
    expect(model.positionOf(model.root, 2)).toBe(6);
  });

  it('follows an open prefix that moved, and closes one that vanished', () => {
    const { model } = opened();
    model.setPage(model.root, { offset: 0, total: 4, entries: ['a:', 'p0:', 'p1:', 'p2:'].map((p) => entry(p, 'prefix')) });
    expect(labels(model)).toEqual(['a:', 'p0:', 'p1:', '.p1:q0:', '..p1:q0:k0', '..p1:q0:k1', '.p1:q1:', 'p2:']);
    model.setPage(model.root, { offset: 0, total: 2, entries: ['p0:', 'p2:'].map((p) => entry(p, 'prefix')) });
    expect(labels(model)).toEqual(['p0:', 'p2:']);
  });

  it('collapses with everything inside', () => {
    const { model } = opened();
    model.collapse(model.root, 1);
    expect(labels(model)).toEqual(['p0:', 'p1:', 'p2:']);
  });

  it('shows failures and emptiness as a line', () => {
    const { model, deep } = opened();
    model.setPage(
      deep,
      page(0, 0, (i) => entry(`x${i}`, 'key')),
    );
    expect(labels(model)[3]).toBe('..<empty>');
    const failing = model.expand(model.root, 0)!;
    failing.error = 'NOPERM';
    expect(labels(model)[1]).toBe('.<failed>');
  });

  it('knows which pages to read again', () => {
    const { model, deep } = opened();
    model.markStale();
    expect([...deep.stale]).toEqual([0]);
    model.setPage(deep, page(2, 0, (i) => entry(`p1:q0:k${i}`, 'key')));
    expect([...deep.stale]).toEqual([]);
  });

  it('takes over counts that the server pushes', () => {
    const { model } = opened();
    expect(model.updateCounts(new Map([[bulkId('p1:q1:'), { keys: 99 }]]))).toBe(true);
    expect(model.updateCounts(new Map([[bulkId('nowhere:'), { keys: 1 }]]))).toBe(false);
    const row = model.row(5);
    expect(row?.kind === 'entry' && row.entry.keys).toBe(99);
    expect(model.find('p1:q1:')?.keys).toBe(99);
    expect(model.find('p9:')).toBeNull();
  });
});
