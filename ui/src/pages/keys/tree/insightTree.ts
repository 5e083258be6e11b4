import { asList, asNumber, asRecord, asText, type RespValue } from '@/api';
import type { Bulk } from '@/lib/bytes';
import { type Anchor, PageSize, type Page, type SortBy, type TreeEntry, type TreeNode } from '@/lib/treeModel';
import { asBulk, numberOrNull, type Command, type Keyspace } from '../keyspace';

/** What a tree is asked for, besides the prefix. */
export interface TreeQuery {
  delimiters: string;
  sort: SortBy;
  /** A type's name; empty for all. */
  type: string;
}

export interface TreeReply extends Page {
  state: string;
  /** 0..1 while the server builds its index. */
  progress: number;
  /** Of the prefix itself. */
  node: TreeCounts;
  /** False when there are more children than the server looks at in one go; the total is an estimate then. */
  isComplete: boolean;
}

export type TreeCounts = Pick<TreeEntry, 'keys' | 'bytes' | 'types' | 'expiring' | 'ttlBuckets'>;

/**
 * The server passes over a limited number of names in one go. A page farther back than that is reached in steps, each of which starts behind the
 * child that the one before has reached. Children that are prefixes take more effort, so a step that was too long is tried again with half the length.
 */
const LongestStride = 40_000;
const ShortestStride = 200;
/** Up to here the server may count from the beginning; behind it, a loaded page near by is the better start. */
const CheapOffset = 2000;

export function treeCommand(prefix: Bulk, offset: number, count: number, query: TreeQuery, after: Bulk | null): Command {
  return [
    'INSIGHT',
    'TREE',
    prefix,
    'DELIMITERS',
    query.delimiters,
    'OFFSET',
    offset,
    'COUNT',
    count,
    'SORT',
    query.sort,
    ...(query.type === '' ? [] : ['TYPE', query.type]),
    ...(after === null ? [] : ['AFTER', after]),
  ];
}

/** The nearest child before the page whose place is known: the last of a loaded page, or one that was reached on the way to another. */
export function anchorBefore(node: TreeNode, page: number): Anchor | null {
  let best: Anchor | null = null;
  for (const [number, entries] of node.pages) {
    const last = entries.at(-1);
    if (number < page && last !== undefined && entries.length === PageSize && (best === null || (number + 1) * PageSize > best.index)) {
      best = { index: (number + 1) * PageSize, path: last.path };
    }
  }

  for (const anchor of node.anchors) {
    if (anchor.index <= page * PageSize && (best === null || anchor.index > best.index)) best = anchor;
  }

  return best;
}

export async function loadTreePage(keyspace: Keyspace, node: TreeNode, page: number, query: TreeQuery, signal?: AbortSignal): Promise<TreeReply> {
  const offset = page * PageSize;
  const read = async (from: Anchor | null, skip: number, count: number) =>
    readTreeReply(await keyspace.read(treeCommand(node.prefix, skip, count, query, from?.path ?? null), signal), node.prefix, offset);
  // Only names have an order in which one can go on behind a child.
  if (query.sort !== 'name' || offset <= CheapOffset) {
    const reply = await read(null, offset, PageSize);
    // Of children beyond what the server looks at nothing more is known: the list ends there.
    return !reply.isComplete && (query.sort !== 'name' || reply.entries.length < PageSize)
      ? { ...reply, total: Math.min(reply.total, offset + reply.entries.length) }
      : reply;
  }

  let anchor = anchorBefore(node, page);
  let stride = LongestStride;
  while (offset - (anchor?.index ?? 0) > stride) {
    const from: number = anchor?.index ?? 0;
    const step = await read(anchor, stride - 1, 1);
    const reached = step.entries[0];
    if (reached !== undefined) {
      const next = { index: from + stride, path: reached.path };
      node.anchors.push(next);
      // Another page of the same level may be under way, and farther along it.
      anchor = anchorBefore(node, page) ?? next;
    } else if (step.isComplete || stride <= ShortestStride) {
      return { ...step, total: from + step.total };
    } else {
      stride = Math.max(ShortestStride, stride >> 1);
    }
  }

  const before = anchor?.index ?? 0;
  const reply = await read(anchor, offset - before, PageSize);
  return { ...reply, total: reply.isComplete ? before + reply.total : Math.max(node.total, offset + reply.entries.length) };
}

export function readTreeReply(reply: RespValue, prefix: Bulk, offset: number): TreeReply {
  const record = asRecord(reply);
  return {
    state: asText(record['state']),
    progress: numberOrNull(record['progress']) ?? 0,
    node: readCounts(asRecord(record['node'])),
    isComplete: record['complete'] !== false && record['complete'] !== 0,
    offset,
    total: numberOrNull(record['total']) ?? 0,
    entries: asList(record['children']).map((child) => readEntry(child, prefix)),
  };
}

function readEntry(reply: RespValue, parent: Bulk): TreeEntry {
  const record = asRecord(reply);
  const isKey = asText(record['kind']) === 'key';
  const path = asBulk(record['key'] ?? record['prefix']);
  return {
    kind: isKey ? 'key' : 'prefix',
    // With the delimiter, so that one sees what the name goes on with.
    name: typeof path === 'string' && typeof parent === 'string' ? path.slice(parent.length) : asBulk(record['name']),
    path,
    ...readCounts(record),
    type: isKey ? asText(record['type']) : null,
    ttlMs: isKey ? numberOrNull(record['ttl']) : null,
  };
}

export function readCounts(record: Readonly<Record<string, RespValue>>): TreeCounts {
  return {
    keys: numberOrNull(record['keys']) ?? 0,
    bytes: numberOrNull(record['bytes']) ?? 0,
    types: numbers(record['types']),
    expiring: numberOrNull(record['expiring']) ?? 0,
    ttlBuckets: typeof record['ttl'] === 'object' ? numbers(record['ttl']) : {},
  };
}

function numbers(reply: RespValue | undefined): Record<string, number> {
  return Object.fromEntries(Object.entries(asRecord(reply)).map(([name, value]) => [name, asNumber(value)]));
}
