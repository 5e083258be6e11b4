/** What a glance at the server should tell: each check looks at one thing, and says it in a few words. */
import { formatAgo, formatBytes, formatCount, formatDuration, formatMicros, formatPercent, formatThings } from '@/lib/format';
import { type Info, fields, infoNumber } from '@/lib/info';
import { isLogForgotten, saveState } from '@/lib/saves';

export type Health = 'good' | 'warn' | 'bad' | 'idle';

export interface Check {
  id: string;
  title: string;
  health: Health;
  text: string;
  /** The page that shows more. */
  to: string;
}

export type Values = Readonly<Record<string, number>>;

export function checks(info: Info, values: Values, nowMs: number): Check[] {
  return [memory(info), persistence(info, nowMs), appendOnly(info), latency(values, info), hits(values, info), replication(info), clients(info)];
}

/** The worst of them; 'idle' counts as good. */
export function overall(list: readonly Check[]): Exclude<Health, 'idle'> {
  return list.some((c) => c.health === 'bad') ? 'bad' : list.some((c) => c.health === 'warn') ? 'warn' : 'good';
}

function memory(info: Info): Check {
  const used = infoNumber(info, 'used_memory');
  const limit = infoNumber(info, 'maxmemory');
  const policy = info['maxmemory_policy'] ?? 'noeviction';
  const base = { id: 'memory', title: 'Memory', to: '/configuration?q=maxmemory' };
  if (!(limit > 0)) {
    const system = infoNumber(info, 'total_system_memory');
    const isTight = system > 0 && infoNumber(info, 'used_memory_rss') > system * 0.85;
    return { ...base, health: isTight ? 'warn' : 'good', text: isTight ? `${formatBytes(used)}, most of the machine's memory` : `${formatBytes(used)}, no limit set` };
  }
  const share = used / limit;
  const isFull = share >= 0.98;
  const health: Health = isFull && policy === 'noeviction' ? 'bad' : share > 0.9 && policy === 'noeviction' ? 'warn' : 'good';
  return { ...base, health, text: `${formatPercent(share, 0)} of ${formatBytes(limit)}${isFull ? (policy === 'noeviction' ? '; writes are refused' : `; evicting (${policy})`) : ''}` };
}

function persistence(info: Info, nowMs: number): Check {
  const base = { id: 'rdb', title: 'Snapshot', to: '/persistence' };
  if (info['rdb_bgsave_in_progress'] === '1') return { ...base, health: 'good', text: 'A save is under way' };
  if (info['rdb_last_bgsave_status'] === 'err') return { ...base, health: 'bad', text: 'The last save failed' };
  const changes = infoNumber(info, 'rdb_changes_since_last_save');
  const { savedAtMs, startedAtMs, loadedKeys } = saveState(info, nowMs);
  const age = nowMs - (savedAtMs ?? startedAtMs);
  const isOld = changes > 0 && age > 86_400_000 && info['aof_enabled'] !== '1';
  if (savedAtMs === null) {
    return { ...base, health: isOld ? 'warn' : 'idle', text: `None since the start, ${changes === 0 && loadedKeys > 0 ? `${formatThings(loadedKeys, 'key')} loaded` : formatThings(changes, 'change')}` };
  }
  return { ...base, health: isOld ? 'warn' : 'good', text: `${formatAgo(nowMs - age, nowMs).replace(' ago', ' old').replace('just now', 'new')}, ${formatThings(changes, 'change')}` };
}

function appendOnly(info: Info): Check {
  const base = { id: 'aof', title: 'Write log', to: '/persistence' };
  if (info['aof_enabled'] !== '1') return { ...base, health: 'idle', text: 'Off' };
  if (info['aof_last_write_status'] === 'err') return { ...base, health: 'bad', text: 'Writing fails' };
  if (info['aof_last_bgrewrite_status'] === 'err') return { ...base, health: 'warn', text: 'The last rewrite failed' };
  if (info['aof_rewrite_in_progress'] === '1') return { ...base, health: 'good', text: 'A rewrite is under way' };
  return { ...base, health: 'good', text: isLogForgotten(info) ? 'On; start with --appendonly yes' : `On, ${formatBytes(infoNumber(info, 'aof_current_size'))}` };
}

/** A server that has just begun loads, grows and compiles: what takes long then says little. */
const youngSeconds = 60;
/** So many look-ups make a ratio worth a warning. */
const enoughLookups = 5000;

function latency(values: Values, info: Info): Check {
  const wait = values['latency.wait.p99'] ?? NaN;
  const turn = infoNumber(info, 'uptime_in_seconds') < youngSeconds ? NaN : (values['engine.longestTurnMs'] ?? NaN);
  const busy = values['engine.busy'] ?? NaN;
  const base = { id: 'latency', title: 'Latency', to: '/activity/latency' };
  if (Number.isNaN(wait)) return { ...base, health: 'idle', text: 'Not measured' };
  const health: Health = turn > 100 || busy > 0.97 ? 'bad' : turn > 20 || busy > 0.85 ? 'warn' : 'good';
  return { ...base, health, text: health === 'good' ? `99 % wait less than ${formatMicros(wait)}` : turn > 20 ? `The longest turn took ${formatDuration(turn)}` : `The engine is ${formatPercent(busy, 0)} busy` };
}

function hits(values: Values, info: Info): Check {
  const lookups = infoNumber(info, 'keyspace_hits') + infoNumber(info, 'keyspace_misses');
  const ratio = values['keys.hitRatio'] ?? infoNumber(info, 'keyspace_hits') / lookups;
  const base = { id: 'hits', title: 'Hit ratio', to: '/hotspots' };
  if (!Number.isFinite(ratio)) return { ...base, health: 'idle', text: 'Nothing is read' };
  return { ...base, health: ratio < 0.5 && lookups >= enoughLookups ? 'warn' : 'good', text: `${formatPercent(ratio)} found` };
}

function replication(info: Info): Check {
  const base = { id: 'replication', title: 'Replication', to: '/persistence' };
  if (info['role'] === 'slave') {
    if (info['master_link_status'] !== 'up') return { ...base, health: 'bad', text: `No link to ${info['master_host']}:${info['master_port']}` };
    return { ...base, health: 'good', text: `Replica of ${info['master_host']}:${info['master_port']}` };
  }
  const replicas = replicasOf(info);
  if (replicas.length === 0) return { ...base, health: 'idle', text: 'No replicas' };
  const offline = replicas.filter((r) => r.state !== 'online').length;
  const lag = Math.max(...replicas.map((r) => r.lagBytes));
  return {
    ...base,
    health: offline > 0 || replicas.some((r) => r.lagSeconds > 10) ? 'warn' : 'good',
    text: `${formatThings(replicas.length, 'replica')}${offline > 0 ? `, ${offline} not online` : `, ${formatBytes(lag)} behind`}`,
  };
}

function clients(info: Info): Check {
  const connected = infoNumber(info, 'connected_clients');
  const most = infoNumber(info, 'maxclients');
  const rejected = infoNumber(info, 'rejected_connections');
  const share = connected / most;
  return {
    id: 'clients',
    title: 'Clients',
    to: '/activity/clients',
    health: share > 0.95 ? 'bad' : share > 0.8 || rejected > 0 ? 'warn' : 'good',
    text: `${formatCount(connected)} of ${formatCount(most)}${rejected > 0 ? `, ${formatCount(rejected)} refused so far` : ''}`,
  };
}

export interface Replica {
  address: string;
  state: string;
  offset: number;
  lagBytes: number;
  lagSeconds: number;
}

/** The lines slave0, slave1 … of INFO replication. */
export function replicasOf(info: Info): Replica[] {
  const replicas: Replica[] = [];
  const offset = infoNumber(info, 'master_repl_offset');
  for (let i = 0; info[`slave${i}`] !== undefined; i++) {
    const line = fields(info[`slave${i}`]!);
    replicas.push({
      address: `${line['ip'] ?? '?'}:${line['port'] ?? '?'}`,
      state: line['state'] ?? 'unknown',
      offset: Number(line['offset'] ?? NaN),
      lagBytes: Math.max(0, offset - Number(line['offset'] ?? NaN)),
      lagSeconds: Number(line['lag'] ?? NaN),
    });
  }
  return replicas;
}
