/** What happened to the server lately, gathered from where it keeps such things. */
import { type RespValue, asList, asNumber, asRecord, asText } from '@/api/value';
import { formatCount, formatDuration, formatMicros } from '@/lib/format';
import { type Info, infoNumber } from '@/lib/info';

export type ChangeKind = 'start' | 'save' | 'aof' | 'slow' | 'latency' | 'denied' | 'config' | 'turn' | 'replication';

export interface Change {
  id: string;
  atMs: number;
  kind: ChangeKind;
  text: string;
  detail?: string;
  to: string;
  isBad?: boolean;
}

export function changesFromInfo(info: Info, nowMs: number): Change[] {
  const list: Change[] = [];
  const uptime = infoNumber(info, 'uptime_in_seconds');
  if (uptime >= 0) {
    // Rounded, so that the moment does not wander with the second in which it was asked.
    const atMs = Math.round((nowMs - uptime * 1000) / 10_000) * 10_000;
    list.push({ id: 'start', atMs, kind: 'start', text: 'The server started', detail: info['redis_mode'] === 'cluster' ? 'as part of a cluster' : `on port ${info['tcp_port'] ?? '?'}`, to: '/configuration' });
  }
  const savedAt = infoNumber(info, 'rdb_last_save_time') * 1000;
  const isSaveReal = infoNumber(info, 'rdb_last_bgsave_time_sec') >= 0 || infoNumber(info, 'rdb_saves') > 0;
  if (savedAt > 0 && isSaveReal) {
    const failed = info['rdb_last_bgsave_status'] === 'err';
    list.push({ id: `save:${savedAt}`, atMs: savedAt, kind: 'save', text: failed ? 'A save failed' : 'A snapshot was written', isBad: failed, detail: infoNumber(info, 'rdb_last_bgsave_time_sec') > 0 ? `in ${formatDuration(infoNumber(info, 'rdb_last_bgsave_time_sec') * 1000)}` : 'in less than a second', to: '/persistence' });
  }
  return list;
}

/** Entries of SLOWLOG GET. */
export function changesFromSlowLog(reply: RespValue): Change[] {
  return asList(reply).map((entry) => {
    const [id, at, us, args] = asList(entry);
    const words = asList(args).map(asText);
    return {
      id: `slow:${asText(id)}`,
      atMs: asNumber(at) * 1000,
      kind: 'slow',
      text: `${(words[0] ?? '').toUpperCase()} took ${formatMicros(asNumber(us))}`,
      detail: words.slice(1).join(' ').slice(0, 120),
      to: '/activity/slowlog',
    };
  });
}

const latencyEvents: Readonly<Record<string, string>> = { command: 'A slow command', 'fast-command': 'A quick command', turn: 'A turn of the engine', cron: 'Periodic work', 'expire-cycle': 'Expiring keys', 'eviction-cycle': 'Evicting keys' };

/** Entries of LATENCY LATEST: event, Unix time, last and greatest milliseconds. */
export function changesFromLatency(reply: RespValue): Change[] {
  return asList(reply).map((entry) => {
    const [event, at, ms] = asList(entry);
    return { id: `latency:${asText(event)}:${asText(at)}`, atMs: asNumber(at) * 1000, kind: 'latency', text: `${latencyEvents[asText(event)] ?? asText(event)} took ${formatDuration(asNumber(ms))}`, detail: `latency event ${asText(event)}`, to: '/activity/latency' };
  });
}

/** Entries of ACL LOG; `reply` was received at `nowMs`. */
export function changesFromAclLog(reply: RespValue, nowMs: number): Change[] {
  return asList(reply).map((item) => {
    const entry = asRecord(item);
    const atMs = asNumber(entry['timestamp-last-updated']) || nowMs - asNumber(entry['age-seconds']) * 1000;
    const count = asNumber(entry['count']);
    const reason = asText(entry['reason']);
    return {
      id: `acl:${asText(entry['entry-id']) || asText(entry['object']) + asText(entry['username'])}`,
      atMs: Math.round(atMs / 1000) * 1000,
      kind: 'denied',
      text: reason === 'auth' ? `A login as ${asText(entry['username'])} failed` : `${asText(entry['username'])} was denied ${asText(entry['object'])}`,
      detail: count > 1 ? `${formatCount(count)} times` : '',
      to: '/activity/clients',
      isBad: true,
    };
  });
}

/** Options that differ between two replies of CONFIG GET. */
export function changedOptions(before: Record<string, RespValue>, after: Record<string, RespValue>, nowMs: number): Change[] {
  return Object.keys(after)
    .filter((name) => name in before && asText(before[name]) !== asText(after[name]))
    .map((name) => ({ id: `config:${name}:${nowMs}`, atMs: nowMs, kind: 'config', text: `${name} was set`, detail: `${asText(before[name]) || '""'} → ${asText(after[name]) || '""'}`, to: `/configuration?q=${name}` }));
}

const mostOfAKind = 3;

/** The newest of all; what happens often leaves room for the rest. */
export function newestFirst(lists: readonly (readonly Change[])[], most: number): Change[] {
  const seen = new Set<string>();
  const counts = new Map<ChangeKind, number>();
  const isRoom = (kind: ChangeKind) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= mostOfAKind;
  };
  return lists
    .flat()
    .filter((change) => Number.isFinite(change.atMs) && !seen.has(change.id) && seen.add(change.id))
    .sort((a, b) => b.atMs - a.atMs)
    .filter((change) => isRoom(change.kind))
    .slice(0, most);
}
