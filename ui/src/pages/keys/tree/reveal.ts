import { asNumber, asRecord } from '@/api';
import type { Bulk } from '@/lib/bytes';
import { PageSize, type TreeModel, type TreeNode } from '@/lib/treeModel';
import type { Keyspace } from '../keyspace';
import { treeCommand, type TreeQuery } from './insightTree';

/**
 * Opens the tree down to a key that was not reached through it: from an address, the palette, a new key. Gives its row, or null.
 *
 * A level may have a million children, so a child's place is not looked for but counted: the server says how many siblings come after it. That
 * needs the order of names; in another order only what is loaded already is found.
 */
export async function openPath(model: TreeModel, keyspace: Keyspace, query: TreeQuery, key: string, load: (node: TreeNode, page: number) => Promise<void>): Promise<number | null> {
  for (let node = model.root; ; ) {
    if (!node.loaded) await load(node, 0);
    const child = childOn(key, node.prefix, query.delimiters);
    if (child === null || !node.loaded) return null;
    let index = model.indexOf(node, child.path, child.kind);
    if (index === null && query.sort === 'name') {
      const behind = asRecord(await keyspace.read(treeCommand(node.prefix, 0, 1, query, child.path)));
      const guess = node.total - asNumber(behind['total']) - 1;
      // Of very many siblings the server gives an estimate only.
      if (behind['complete'] === false || !(guess >= 0)) return null;
      await load(node, Math.floor(guess / PageSize));
      index = model.indexOf(node, child.path, child.kind);
    }

    if (index === null) return null;
    if (child.kind === 'key') return model.positionOf(node, index);
    const inside = model.expand(node, index);
    if (inside === null) return null;
    node = inside;
  }
}

/** The child of a prefix on the way to a key: the next longer prefix, or the key itself. Null when the key does not lie below. */
export function childOn(key: string, prefix: Bulk, delimiters: string): { path: string; kind: 'prefix' | 'key' } | null {
  if (typeof prefix !== 'string' || !key.startsWith(prefix)) return null;
  for (let at = prefix.length; at < key.length; at++) {
    if (delimiters.includes(key[at]!)) return { path: key.slice(0, at + 1), kind: 'prefix' };
  }

  return { path: key, kind: 'key' };
}
