import { type RespValue, asList, asNumber, asText } from '@/api/value';
import { bulkId, type Bulk } from '@/lib/bytes';

/** Where a command has its keys, as COMMAND tells: the first, the last (from the end when negative), and the step from one to the next. */
export interface KeyPositions {
  first: number;
  last: number;
  step: number;
  isWrite: boolean;
}

/** Commands that have keys, by name. */
export function readKeyPositions(reply: RespValue): Map<string, KeyPositions> {
  const table = new Map<string, KeyPositions>();
  for (const item of asList(reply)) {
    const [name, , flags, first, last, step] = asList(item);
    if (asNumber(first) > 0) table.set(asText(name).toLowerCase(), { first: asNumber(first), last: asNumber(last), step: Math.max(1, asNumber(step)), isWrite: asList(flags).map(asText).includes('write') });
  }
  return table;
}

/** One command of the topic `profile`, as far as it matters here. */
export interface SeenCommand {
  db: number;
  name: string;
  command: readonly Bulk[];
}

export interface CountedKey {
  id: string;
  db: number;
  key: Bulk;
  /** Per second. */
  reads: number;
  writes: number;
  share: number;
}

interface Counter {
  db: number;
  key: Bulk;
  reads: number;
  writes: number;
  at: number;
}

/** Accesses fade over so many seconds: what is shown is about the last quarter of a minute, as it is when the server samples. */
const fadeMs = 15_000;
const maxKeys = 2000;

/**
 * Counts the keys of every command that is seen. For servers with little traffic, where a sample of one access in some hundred says nothing. A count is
 * worth e times less with every {@link fadeMs} that go by; it is brought up to date when it is touched or read, so time costs nothing.
 */
export class AccessCounter {
  readonly #counters = new Map<string, Counter>();
  #total = 0;
  #totalAt = 0;

  constructor(private readonly table: ReadonlyMap<string, KeyPositions>) {}

  add(commands: readonly SeenCommand[], nowMs: number): void {
    for (const { db, command } of commands) {
      const positions = this.table.get(String(command[0] ?? '').toLowerCase());
      if (positions === undefined) continue;
      const last = positions.last < 0 ? command.length + positions.last : Math.min(positions.last, command.length - 1);
      for (let at = positions.first; at <= last; at += positions.step) this.#count(db, command[at]!, positions.isWrite, nowMs);
    }
    if (this.#counters.size > maxKeys) this.#forgetTheLeast(nowMs);
  }

  /** The keys that are used most. */
  top(count: number, nowMs: number): CountedKey[] {
    const total = this.#total * faded(nowMs - this.#totalAt);
    return [...this.#counters]
      .map(([id, counter]) => {
        const factor = faded(nowMs - counter.at);
        const reads = counter.reads * factor;
        const writes = counter.writes * factor;
        return { id, db: counter.db, key: counter.key, reads: (reads * 1000) / fadeMs, writes: (writes * 1000) / fadeMs, share: total > 0 ? Math.min(1, (reads + writes) / total) : 0 };
      })
      .filter((row) => row.reads + row.writes > 0.01)
      .sort((a, b) => b.share - a.share)
      .slice(0, count);
  }

  #count(db: number, key: Bulk, isWrite: boolean, nowMs: number): void {
    const id = `${db}/${bulkId(key)}`;
    let counter = this.#counters.get(id);
    if (counter === undefined) this.#counters.set(id, (counter = { db, key, reads: 0, writes: 0, at: nowMs }));
    const factor = faded(nowMs - counter.at);
    counter.reads = counter.reads * factor + (isWrite ? 0 : 1);
    counter.writes = counter.writes * factor + (isWrite ? 1 : 0);
    counter.at = nowMs;
    this.#total = this.#total * faded(nowMs - this.#totalAt) + 1;
    this.#totalAt = nowMs;
  }

  #forgetTheLeast(nowMs: number): void {
    const kept = new Set(this.top(maxKeys / 2, nowMs).map((row) => row.id));
    for (const id of [...this.#counters.keys()]) if (!kept.has(id)) this.#counters.delete(id);
  }
}

function faded(ms: number): number {
  return Math.exp(-Math.max(0, ms) / fadeMs);
}
