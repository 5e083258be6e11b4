/** Replies of the server as rows of the activity page. */
import { type RespValue, asList, asNumber, asRecord, asText } from '@/api/value';
import { parseClientLine } from '@/lib/info';

export interface SlowEntry {
  id: number;
  atMs: number;
  runUs: number;
  /** How long it had waited before it ran; NaN when the server does not say. */
  waitUs: number;
  args: string[];
  client: string;
  name: string;
}

export function slowEntries(reply: RespValue): SlowEntry[] {
  return asList(reply).map((entry) => {
    const [id, at, run, args, client, name, wait] = asList(entry);
    return { id: asNumber(id), atMs: asNumber(at) * 1000, runUs: asNumber(run), waitUs: asNumber(wait), args: asList(args).map(asText), client: asText(client), name: asText(name) };
  });
}

export interface Percentiles {
  p50: number;
  p99: number;
  p999: number;
}

export interface CommandLatency {
  command: string;
  calls: number;
  run: Percentiles;
  wait: Percentiles;
}

/** INSIGHT LATENCY: a map by command, or a list of maps that name it; the percentiles nested or flat (run.p50, runP50). */
export function commandLatencies(reply: RespValue): CommandLatency[] {
  const list = asList(reply);
  const rows: [string, Record<string, RespValue>][] = list.length > 0 && list.every((item) => asText(asRecord(item)['command'] ?? asRecord(item)['name']) !== '')
    ? list.map((item) => [asText(asRecord(item)['command'] ?? asRecord(item)['name']), asRecord(item)])
    : Object.entries(asRecord(reply)).map(([name, item]) => [name, asRecord(item)]);
  return rows.map(([command, row]) => ({ command, calls: asNumber(row['calls']), run: percentiles(row, 'run'), wait: percentiles(row, 'wait') }));
}

function percentiles(row: Record<string, RespValue>, kind: string): Percentiles {
  const nested = asRecord(row[kind]);
  const value = (name: string) => asNumber(nested[name] ?? nested[name.replace('999', '99.9')] ?? row[`${kind}.${name}`] ?? row[`${kind}P${name.slice(1)}`] ?? row[`${kind}-${name}`]);
  return { p50: value('p50'), p99: value('p99'), p999: value('p999') };
}

export interface ClientRow {
  id: number;
  address: string;
  name: string;
  user: string;
  ageSeconds: number;
  idleSeconds: number;
  db: number;
  command: string;
  flags: string;
  memoryBytes: number;
  outputBytes: number;
  resp: string;
  library: string;
  subscriptions: number;
}

export function clientRows(reply: RespValue): ClientRow[] {
  return asText(reply)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const f = parseClientLine(line);
      const n = (name: string) => Number(f[name] ?? NaN);
      return {
        id: n('id'),
        address: f['addr'] ?? '',
        name: f['name'] ?? '',
        user: f['user'] ?? '',
        ageSeconds: n('age'),
        idleSeconds: n('idle'),
        db: n('db'),
        command: (f['cmd'] ?? '').replace('|', ' '),
        flags: f['flags'] ?? '',
        memoryBytes: n('tot-mem'),
        outputBytes: n('omem'),
        resp: f['resp'] ?? '2',
        library: [f['lib-name'], f['lib-ver']].filter(Boolean).join(' '),
        subscriptions: ['sub', 'psub', 'ssub'].reduce((sum, key) => sum + (Number(f[key]) || 0), 0),
      };
    });
}

const flagMeanings: Record<string, string> = {
  A: 'closing as soon as possible', b: 'blocked', c: 'closing after the reply', e: 'not evicted', M: 'primary', O: 'monitor', P: 'subscriber', r: 'cluster read-only', S: 'replica', t: 'tracking', T: 'does not touch keys',
  R: 'tracking target is gone', B: 'broadcast tracking', u: 'unblocked', U: 'Unix socket', x: 'in MULTI', d: 'watched key changed',
};

/** The letters of a client's flags in words. */
export function flagWords(flags: string): string[] {
  return [...flags].map((letter) => flagMeanings[letter]).filter((word) => word !== undefined);
}

/** Arguments as one line, those with spaces or nothing in them quoted. */
export function commandLine(args: readonly string[]): string {
  return args.map((arg) => (arg === '' || /[\s"'\x00-\x1f]/.test(arg) ? JSON.stringify(arg) : arg)).join(' ');
}
