import { type Info, infoNumber } from './info';

export interface SaveState {
  /** When the newest snapshot was written; null when this process has written none: the server names its own start then. */
  savedAtMs: number | null;
  /** When the process started, by the server's clock; NaN when that is not told. */
  startedAtMs: number;
  /** Keys that were read from disk at the start. */
  loadedKeys: number;
}

/**
 * Whether the write log may be left unread at the next start: it was switched on while the server ran (that makes a first
 * rewrite, as a start with it does not), and there is no configuration file that would say so.
 */
export function isLogForgotten(info: Info): boolean {
  const hasRewritten = infoNumber(info, 'aof_rewrites') > 0 || info['aof_rewrite_in_progress'] === '1' || info['aof_rewrite_scheduled'] === '1';
  return info['aof_enabled'] === '1' && info['config_file'] === '' && (hasRewritten || info['aof_rewrites'] === undefined);
}

/** The start is known to a second, and is rounded twice. */
const startSlackMs = 2000;

/** What INFO tells of the newest snapshot. `rdb_last_save_time` alone cannot tell a snapshot from a start. */
export function saveState(info: Info, nowMs: number): SaveState {
  const lastMs = infoNumber(info, 'rdb_last_save_time') * 1000;
  const serverUs = infoNumber(info, 'server_time_usec');
  const startedAtMs = (Number.isFinite(serverUs) ? serverUs / 1000 : nowMs) - infoNumber(info, 'uptime_in_seconds') * 1000;
  // The count may have been reset; a time well after the start is a snapshot's too.
  const isNone = !(infoNumber(info, 'rdb_saves') > 0) && (lastMs <= 0 || lastMs <= startedAtMs + startSlackMs);
  return { savedAtMs: isNone ? null : lastMs, startedAtMs, loadedKeys: infoNumber(info, 'rdb_last_load_keys_loaded') || 0 };
}
