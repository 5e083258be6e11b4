import { bulkId, type Bulk } from './bytes';

/**
 * Changing many keys at once: delete, or set or drop the time to live, for all keys that match.
 *
 * It runs in the browser over ordinary commands in the user's session (SCAN, then UNLINK or PEXPIRE in batches), so rights hold,
 * other clients get their turn between batches, and closing the page stops it. A dry run walks the same keys and changes none.
 * The rate limit is a budget of keys per second, refilled as time passes; waiting is outside of the server.
 */
export type BulkAction = { kind: 'delete' } | { kind: 'expire'; milliseconds: number } | { kind: 'persist' };

export interface BulkJob {
  /** SCAN MATCH pattern. */
  match: Bulk;
  /** Only keys of this type, or any. */
  type: string | null;
  action: BulkAction;
  dryRun: boolean;
  /** Changed keys per second; Infinity for as fast as it goes. */
  keysPerSecond: number;
}

export interface BulkProgress {
  /** 0..1, from the share of the keyspace that the cursor has walked; estimated by keys looked at. */
  share: number;
  scanned: number;
  matched: number;
  changed: number;
  /** The first matches, for people to judge the pattern by. */
  examples: Bulk[];
  state: 'running' | 'done' | 'cancelled' | 'failed';
  error: string | null;
  elapsedMs: number;
}

/** What the runner needs from the world. Errors of a command are thrown. */
export interface BulkEnvironment {
  /** One step of SCAN: the next cursor and the keys found. */
  scan(cursor: string, job: BulkJob, count: number): Promise<{ cursor: string; keys: Bulk[] }>;
  databaseSize(): Promise<number>;
  /** Applies the action and returns how many keys it changed. */
  apply(action: BulkAction, keys: Bulk[]): Promise<number>;
  now(): number;
  sleep(ms: number): Promise<void>;
}

export const ScanCount = 1000;
export const MaxExamples = 20;

/** Keys of one changing command: big enough to be quick, small enough that nobody waits behind it. */
export const BatchSize = 250;

export async function runBulk(
  job: BulkJob,
  environment: BulkEnvironment,
  report: (progress: BulkProgress) => void,
  signal: AbortSignal,
): Promise<BulkProgress> {
  const started = environment.now();
  const progress: BulkProgress = { share: 0, scanned: 0, matched: 0, changed: 0, examples: [], state: 'running', error: null, elapsedMs: 0 };
  const show = (): void => {
    progress.elapsedMs = environment.now() - started;
    report({ ...progress, examples: [...progress.examples] });
  };

  try {
    const size = await environment.databaseSize();
    let cursor = '0';
    let batch: Bulk[] = [];
    // SCAN may give a key twice; a dry run would count it twice. Remembering what the last steps gave is enough: repeats come close together.
    let recent = new Set<string>();
    let older = new Set<string>();

    const flush = async (): Promise<void> => {
      while (batch.length > 0 && !signal.aborted) {
        const limit = Math.min(BatchSize, Math.max(1, Math.ceil(job.keysPerSecond / 4)));
        const part = batch.slice(0, limit);
        batch = batch.slice(limit);
        progress.changed += await environment.apply(job.action, part);
        show();
        if (Number.isFinite(job.keysPerSecond)) {
          const due = started + (progress.changed / job.keysPerSecond) * 1000;
          await pause(due - environment.now(), environment, signal);
        }
      }
    };

    do {
      if (signal.aborted) {
        break;
      }

      const step = await environment.scan(cursor, job, ScanCount);
      cursor = step.cursor;
      progress.scanned += ScanCount;
      // The end of the walk is known only when the cursor is 0 again; until then keep a little in hand.
      progress.share = cursor === '0' ? 1 : Math.min(0.99, size === 0 ? 1 : progress.scanned / size);
      for (const key of step.keys) {
        const id = bulkId(key);
        if (recent.has(id) || older.has(id)) {
          continue;
        }

        recent.add(id);
        progress.matched++;
        if (progress.examples.length < MaxExamples) {
          progress.examples.push(key);
        }

        if (!job.dryRun) {
          batch.push(key);
        }
      }

      if (recent.size > 50_000) {
        older = recent;
        recent = new Set();
      }

      if (batch.length >= BatchSize || cursor === '0') {
        await flush();
      }

      show();
    } while (cursor !== '0');

    progress.state = signal.aborted ? 'cancelled' : 'done';
  } catch (error) {
    progress.state = 'failed';
    progress.error = error instanceof Error ? error.message : String(error);
  }

  show();
  return { ...progress, examples: [...progress.examples] };
}

/** Sleeps in short pieces, so that cancelling never waits for a slow rate. */
async function pause(ms: number, environment: BulkEnvironment, signal: AbortSignal): Promise<void> {
  const until = environment.now() + ms;
  while (!signal.aborted) {
    const left = until - environment.now();
    if (left <= 0) {
      return;
    }

    await environment.sleep(Math.min(left, 100));
  }
}
