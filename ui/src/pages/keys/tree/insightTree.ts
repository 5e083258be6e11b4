import { asList, asNumber, asRecord, asText, type RespValue } from '@/api';
import type { Bulk } from '@/lib/bytes';
import { PageSize, type Page, type SortBy, type TreeEntry } from '@/lib/treeModel';
import { asBulk, numberOrNull, type Command, type Keyspace } from '../keyspace';

/** What a tree is asked for, besides the prefix. */
export interface TreeQuery {
  delimiters: string;
  sort: SortBy;
  /** A glob for whole keys; empty for all. */
  match: string;
  /** A type's name; empty for all. */
  type: string;
}

export interface TreeReply extends Page {
  state: string;
  /** 0..1 while the server builds its index. */
  progress: number;
  /** Of the prefix itself. */
  node: TreeCounts;
}

export type TreeCounts = Pick<TreeEntry, 'keys' | 'bytes' | 'types' | 'expiring' | 'ttlBuckets'>;

export function treeCommand(prefix: Bulk, page: number, query: TreeQuery): Command {
  return [
    'INSIGHT',
    'TREE',
    prefix,
    'DELIMITERS',
    query.delimiters,
    'OFFSET',
    page * PageSize,
    'COUNT',
    PageSize,
    'SORT',
    query.sort,
    ...(query.match === '' ? [] : ['MATCH', query.match]),
    ...(query.type === '' ? [] : ['TYPE', query.type]),
  ];
}

export async function loadTreePage(keyspace: Keyspace, prefix: Bulk, page: number, query: TreeQuery, signal?: AbortSignal): Promise<TreeReply> {
  return readTreeReply(await keyspace.read(treeCommand(prefix, page, query), signal), page);
}

export function readTreeReply(reply: RespValue, page: number): TreeReply {
  const record = asRecord(reply);
  return {
    state: asText(record['state']),
    progress: numberOrNull(record['progress']) ?? 0,
    node: readCounts(asRecord(record['node'])),
    offset: page * PageSize,
    total: numberOrNull(record['total']) ?? 0,
    entries: asList(record['children']).map(readEntry),
  };
}

function readEntry(reply: RespValue): TreeEntry {
  const record = asRecord(reply);
  const isKey = asText(record['kind']) === 'key';
  return {
    kind: isKey ? 'key' : 'prefix',
    name: asBulk(record['name']),
    path: asBulk(record['key'] ?? record['prefix']),
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
