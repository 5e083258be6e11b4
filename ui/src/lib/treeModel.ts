import { bulkId, sameBulk, type Bulk } from './bytes';

/**
 * The rows of the key tree.
 *
 * A prefix can have a million children, so children are a count and a few loaded pages, never a list of all. The row at a
 * position is found by walking the expanded children of each level (few: a person opens them by hand), so finding a row costs
 * O(depth × expanded siblings), whatever the number of keys. A row whose page is not loaded yet is a placeholder that names the page.
 *
 * Invariants: `expanded` is sorted by index; a node's `rows` equals its `total` plus the rows of its expanded children.
 */
export type SortBy = 'name' | 'keys' | 'bytes';

export interface TreeEntry {
  kind: 'prefix' | 'key';
  /** The last part of the name, for display. */
  name: Bulk;
  /** The whole prefix, delimiter included, or the whole key. */
  path: Bulk;
  keys: number;
  bytes: number;
  types: Readonly<Record<string, number>>;
  expiring: number;
  /** Keys per bucket of remaining time, as the server names its buckets. */
  ttlBuckets: Readonly<Record<string, number>>;
  /** Of a key only. */
  type: string | null;
  /** Milliseconds; -1 without expiry, null when unknown. */
  ttlMs: number | null;
}

export interface Page {
  offset: number;
  total: number;
  entries: readonly TreeEntry[];
}

export const PageSize = 200;

/** A child whose place among its siblings is known: `index` children stand before or at it. */
export interface Anchor {
  index: number;
  path: Bulk;
}

export class TreeNode {
  readonly prefix: Bulk;
  readonly depth: number;
  total = 0;
  loaded = false;
  error: string | null = null;
  readonly pages = new Map<number, readonly TreeEntry[]>();
  /** Pages that may not be true any more: good enough to show, and to be read again when they come into sight. */
  readonly stale = new Set<number>();
  readonly expanded: { index: number; node: TreeNode }[] = [];
  /** Children that were reached on the way to a far page. */
  readonly anchors: Anchor[] = [];

  constructor(prefix: Bulk, depth: number) {
    this.prefix = prefix;
    this.depth = depth;
  }

  get rows(): number {
    // A node that is still loading, failed or empty shows one line that says so.
    let rows = this.loaded && this.total > 0 ? this.total : 1;
    for (const { node } of this.expanded) {
      rows += node.rows;
    }

    return rows;
  }

  entry(index: number): TreeEntry | null {
    return this.pages.get(Math.floor(index / PageSize))?.[index % PageSize] ?? null;
  }
}

export type Row =
  | { kind: 'entry'; entry: TreeEntry; depth: number; index: number; siblings: number; expanded: boolean; parent: TreeNode }
  | { kind: 'loading'; depth: number; parent: TreeNode; page: number }
  | { kind: 'empty' | 'failed'; depth: number; parent: TreeNode };

export class TreeModel {
  root = new TreeNode('', 0);

  get rows(): number {
    return this.root.rows;
  }

  row(position: number): Row | null {
    let node = this.root;
    let at = position;
    for (;;) {
      if (at < 0 || at >= node.rows) {
        return null;
      }

      if (!node.loaded || node.total === 0) {
        const depth = node.depth;
        if (node.error !== null) {
          return { kind: 'failed', depth, parent: node };
        }

        return node.loaded ? { kind: 'empty', depth, parent: node } : { kind: 'loading', depth, parent: node, page: 0 };
      }

      let inside: TreeNode | null = null;
      // `at` counts rows from this node's first child; expanded subtrees before the position are taken off it.
      let index = at;
      for (const child of node.expanded) {
        if (child.index >= index) {
          break;
        }

        const rows = child.node.rows;
        if (index - child.index - 1 < rows) {
          inside = child.node;
          at = index - child.index - 1;
          break;
        }

        index -= rows;
      }

      if (inside !== null) {
        node = inside;
        continue;
      }

      const entry = node.entry(index);
      if (entry === null) {
        return { kind: 'loading', depth: node.depth, parent: node, page: Math.floor(index / PageSize) };
      }

      return {
        kind: 'entry',
        entry,
        depth: node.depth,
        index,
        siblings: node.total,
        expanded: node.expanded.some((e) => e.index === index),
        parent: node,
      };
    }
  }

  /** The row of a child, or null when its page is not loaded. */
  positionOf(parent: TreeNode, index: number): number | null {
    const above = this.#firstRowOf(parent);
    if (above === null) {
      return null;
    }

    let position = above + index;
    for (const child of parent.expanded) {
      if (child.index < index) {
        position += child.node.rows;
      }
    }

    return position;
  }

  /** Where a node's children start. */
  #firstRowOf(node: TreeNode): number | null {
    if (node === this.root) {
      return 0;
    }

    const parent = this.#parentOf(node, this.root);
    const link = parent?.expanded.find((e) => e.node === node);
    if (parent === null || link === undefined) {
      return null;
    }

    const position = this.positionOf(parent, link.index);
    return position === null ? null : position + 1;
  }

  #parentOf(node: TreeNode, from: TreeNode): TreeNode | null {
    for (const child of from.expanded) {
      if (child.node === node) {
        return from;
      }

      const found = this.#parentOf(node, child.node);
      if (found !== null) {
        return found;
      }
    }

    return null;
  }

  /** The row of the prefix that a node is the inside of; null for the root. */
  rowAbove(node: TreeNode): number | null {
    const first = this.#firstRowOf(node);
    return first === null || first === 0 ? null : first - 1;
  }

  expand(parent: TreeNode, index: number): TreeNode | null {
    const entry = parent.entry(index);
    if (entry === null || entry.kind !== 'prefix') {
      return null;
    }

    const open = parent.expanded.find((e) => e.index === index);
    if (open !== undefined) {
      return open.node;
    }

    const node = new TreeNode(entry.path, parent.depth + 1);
    parent.expanded.push({ index, node });
    parent.expanded.sort((a, b) => a.index - b.index);
    return node;
  }

  collapse(parent: TreeNode, index: number): void {
    const at = parent.expanded.findIndex((e) => e.index === index);
    if (at >= 0) {
      parent.expanded.splice(at, 1);
    }
  }

  /** Takes in a page. Expanded children follow their prefix when it moved within what is loaded; those that vanished close. */
  setPage(node: TreeNode, page: Page): void {
    const pageNumber = Math.floor(page.offset / PageSize);
    node.loaded = true;
    node.error = null;
    node.total = page.total;
    node.pages.set(pageNumber, page.entries);
    node.stale.delete(pageNumber);
    for (const number of [...node.pages.keys()]) {
      if (number * PageSize >= page.total) {
        node.pages.delete(number);
      }
    }

    for (const open of [...node.expanded]) {
      const there = node.entry(open.index);
      if (open.index < page.total && (there === null || (there.kind === 'prefix' && sameBulk(there.path, open.node.prefix)))) {
        continue;
      }

      const moved = this.indexOf(node, open.node.prefix, 'prefix');
      if (moved === null) {
        node.expanded.splice(node.expanded.indexOf(open), 1);
      } else {
        open.index = moved;
      }
    }

    node.expanded.sort((a, b) => a.index - b.index);
  }

  /** The place of a child among its siblings, if its page is loaded. */
  indexOf(node: TreeNode, path: Bulk, kind: TreeEntry['kind']): number | null {
    for (const [number, entries] of node.pages) {
      const at = entries.findIndex((e) => e.kind === kind && sameBulk(e.path, path));
      if (at >= 0) {
        return number * PageSize + at;
      }
    }

    return null;
  }

  /** Says that anything may have changed. */
  markStale(): void {
    for (const node of this.openNodes()) {
      for (const page of node.pages.keys()) node.stale.add(page);
      node.anchors.length = 0;
    }
  }

  /** All nodes whose children are on show. */
  openNodes(): TreeNode[] {
    const nodes: TreeNode[] = [];
    const visit = (node: TreeNode): void => {
      nodes.push(node);
      node.expanded.forEach((e) => visit(e.node));
    };
    visit(this.root);
    return nodes;
  }

  /** Counts that the server pushed, by the id of the prefix: they replace those of its rows. Returns whether anything shown changed. */
  updateCounts(counts: ReadonlyMap<string, Partial<TreeEntry>>): boolean {
    let changed = false;
    for (const node of this.openNodes()) {
      for (const [number, entries] of node.pages) {
        if (!entries.some((e) => e.kind === 'prefix' && counts.has(bulkId(e.path)))) continue;
        changed = true;
        node.pages.set(
          number,
          entries.map((e) => (e.kind === 'prefix' ? { ...e, ...counts.get(bulkId(e.path)) } : e)),
        );
      }
    }

    return changed;
  }

  /** The loaded row of a prefix, with its newest counts. */
  find(prefix: Bulk): TreeEntry | null {
    for (const node of this.openNodes()) {
      for (const entries of node.pages.values()) {
        const found = entries.find((e) => e.kind === 'prefix' && sameBulk(e.path, prefix));
        if (found !== undefined) return found;
      }
    }

    return null;
  }
}
