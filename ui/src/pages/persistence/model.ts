/** What INFO tells of persistence and replication, in the terms of the page. */
import { formatCount, formatDuration } from '@/lib/format';
import { type Info, infoNumber } from '@/lib/info';
import { isLogForgotten, saveState } from '@/lib/saves';

export interface Risk {
  level: 'good' | 'warn' | 'bad';
  /** What would be lost if the machine lost power now. */
  headline: string;
  detail: string;
}

/** What to do about a log that the next start would not read. */
export const logForgotten = 'Start the server with --appendonly yes from now on: without a configuration file, nothing else makes it read the log.';

/** What a power failure would cost right now. */
export function risk(info: Info, fsync: string, nowMs: number): Risk {
  const changes = infoNumber(info, 'rdb_changes_since_last_save');
  if (info['aof_enabled'] === '1') {
    if (info['aof_last_write_status'] === 'err') return { level: 'bad', headline: 'Writes are not reaching the disk', detail: 'Writing the log fails; look at the server’s log and at the disk.' };
    const condition = isLogForgotten(info) ? ` ${logForgotten}` : '';
    if (fsync === 'always') return { level: 'good', headline: 'Nothing would be lost', detail: `Each write is on disk before it is confirmed.${condition}` };
    if (fsync === 'everysec') return { level: 'good', headline: 'At most the last second would be lost', detail: `The log is forced to disk once a second.${condition}` };
    return { level: 'warn', headline: 'Some seconds could be lost', detail: `The operating system decides when the log reaches the disk.${condition}` };
  }
  const { savedAtMs, startedAtMs } = saveState(info, nowMs);
  const age = nowMs - (savedAtMs ?? startedAtMs);
  if (changes === 0) return { level: 'good', headline: savedAtMs === null ? 'Nothing has changed since the start' : 'Nothing has changed since the last save', detail: 'Without the log, what is written from now on is safe with the next save only.' };
  return {
    level: age > 3_600_000 ? 'bad' : 'warn',
    headline: `${formatCount(changes)} ${changes === 1 ? 'change' : 'changes'} would be lost`,
    detail: savedAtMs === null ? `No snapshot was written since the start, ${formatDuration(Math.max(0, Math.round(age / 1000) * 1000))} ago, and the log is off.` : `They came after the last save, ${formatDuration(Math.max(0, Math.round(age / 1000) * 1000))} ago, and the log is off.`,
  };
}

/** "3600 1 300 100" → points of seconds and changes. */
export function savePoints(text: string): { seconds: number; changes: number }[] {
  const numbers = text.split(/\s+/).filter(Boolean).map(Number);
  const points = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) points.push({ seconds: numbers[i]!, changes: numbers[i + 1]! });
  return points;
}

export interface SaveProgress {
  /** 0 to 1; NaN while the size is unknown. */
  share: number;
  processed: number;
  total: number;
  seconds: number;
}

export function saveProgress(info: Info): SaveProgress | null {
  const isSaving = info['rdb_bgsave_in_progress'] === '1';
  if (!isSaving && info['aof_rewrite_in_progress'] !== '1') return null;
  const processed = infoNumber(info, 'current_save_keys_processed');
  const total = infoNumber(info, 'current_save_keys_total');
  return { processed, total, share: total > 0 ? processed / total : NaN, seconds: infoNumber(info, isSaving ? 'rdb_current_bgsave_time_sec' : 'aof_current_rewrite_time_sec') };
}

export interface Backlog {
  sizeBytes: number;
  usedBytes: number;
  /** How long a replica may be away at the present rate and still go on where it was. */
  reachSeconds: number;
  /** Share of the backlog that the furthest replica still has to read. */
  furthestShare: number;
}

export function backlog(info: Info, bytesPerSecond: number, furthestLagBytes: number): Backlog | null {
  const size = infoNumber(info, 'repl_backlog_size');
  if (info['repl_backlog_active'] !== '1' || !(size > 0)) return null;
  return { sizeBytes: size, usedBytes: infoNumber(info, 'repl_backlog_histlen'), reachSeconds: bytesPerSecond > 0 ? size / bytesPerSecond : Infinity, furthestShare: Math.min(1, furthestLagBytes / size) };
}
