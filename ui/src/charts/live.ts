/** The last hour of the server's statistics, kept while the application is open, whichever page is shown. */
import { useSyncExternalStore } from 'react';
import type { Connection } from '@/api/connection';
import { getJson } from '@/api/http';
import { connection } from '@/api/session';
import { SeriesRing } from './SeriesRing';

export interface Stats {
  time: number;
  values: Record<string, number>;
}

export interface History {
  from: number;
  to: number;
  stepMs: number;
  times: number[];
  series: Record<string, (number | null)[]>;
}

export interface SeriesInfo {
  name: string;
  unit: string;
  kind: 'rate' | 'gauge';
  summary: string;
  group: string;
}

const hourSeconds = 3600;
/** The server keeps an hour by the second; what begins before that comes in steps of ten. So a little less is asked for. */
const historySeconds = hourSeconds - 15;
/** A longer pause than this between two points is a gap. */
const gapSeconds = 3.5;

export function fetchHistory(names: readonly string[], fromMs: number, toMs: number, points: number, signal?: AbortSignal): Promise<History> {
  const query = new URLSearchParams({ series: names.join(','), from: String(Math.round(fromMs)), to: String(Math.round(toMs)), points: String(points) });
  return getJson<History>(`/api/v1/history?${query}`, signal);
}

export class LiveStats {
  readonly ring = new SeriesRing(hourSeconds + 200);
  #latest: Stats | null = null;
  #error: Error | null = null;
  #stop: (() => void) | null = null;
  #isFilled = false;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly source: Connection,
    private readonly history: typeof fetchHistory = fetchHistory,
  ) {}

  get latest(): Stats | null {
    return this.#latest;
  }

  /** Why there are no statistics: this user may not see them. */
  get error(): Error | null {
    return this.#error;
  }

  start(): void {
    this.#stop ??= this.source.watch<Stats>(
      'stats',
      {},
      ({ data }) => this.receive(data),
      (error) => {
        this.#error = error;
        this.#notify();
      },
    );
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.ring.clear();
    this.#latest = null;
    this.#error = null;
    this.#isFilled = false;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  receive(stats: Stats): void {
    const time = stats.time / 1000;
    const before = this.ring.lastTime;
    const isGap = time - before > gapSeconds;
    // An empty point keeps charts from drawing a line across the time in which nothing was known.
    if (isGap) this.ring.push(before + 1, {});
    if (!this.ring.push(time, stats.values)) return;
    this.#latest = stats;
    this.#error = null;
    if (!this.#isFilled || isGap) void this.#fill(this.#isFilled ? Math.max(before, time - historySeconds) : time - historySeconds, time);
    this.#notify();
  }

  async #fill(fromSeconds: number, toSeconds: number): Promise<void> {
    this.#isFilled = true;
    try {
      const history = await this.history(this.ring.names, fromSeconds * 1000, (toSeconds - 1) * 1000, Math.ceil(toSeconds - fromSeconds) + 1);
      this.ring.merge(
        history.times.map((ms) => ms / 1000),
        history.series,
      );
      this.#notify();
    } catch {
      // Without history the charts begin now.
    }
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

export const live = new LiveStats(connection);

/** The newest statistics; renders once a second. */
export function useLatestStats(): Stats | null {
  return useSyncExternalStore(live.subscribe, () => live.latest);
}

export function useStatsError(): Error | null {
  return useSyncExternalStore(live.subscribe, () => live.error);
}
