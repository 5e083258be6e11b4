import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { isRefusal, Segmented } from '@/components';
import { usePreference } from '@/lib/preferences';
import { fetchHistory, type History, live, useLatestStats, useStatsError } from './live';

export type RangeKey = '5m' | '1h' | '1d' | '30d';

export const rangeSeconds: Record<RangeKey, number> = { '5m': 300, '1h': 3600, '1d': 86_400, '30d': 2_592_000 };
const labels: Record<RangeKey, string> = { '5m': '5 min', '1h': '1 hour', '1d': '1 day', '30d': '30 days' };

/** Columns of a long range, as charts take them. */
export interface LongRange {
  times: Float64Array;
  series: Record<string, Float64Array>;
}

interface Range {
  key: RangeKey;
  isLive: boolean;
  seconds: number;
  long: LongRange | null;
  error: Error | null;
}

const RangeContext = createContext<Range>({ key: '5m', isLive: true, seconds: 300, long: null, error: null });

export function useRange(): Range {
  return useContext(RangeContext);
}

const longPoints = 720;
const refreshMs = 60_000;

/** Gives charts inside it the chosen range: the live hour, or history in minutes and hours, fetched for all series at once. */
export function RangeProvider({ names, children }: { names: readonly string[]; children: ReactNode }) {
  const [key] = usePreference<RangeKey>('range', '5m');
  const [long, setLong] = useState<{ key: RangeKey; data: LongRange } | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const isLive = key === '5m' || key === '1h';
  const wanted = names.join(',');
  useEffect(() => {
    if (isLive) return;
    const abort = new AbortController();
    const load = () => {
      const now = Date.now();
      fetchHistory(wanted.split(','), now - rangeSeconds[key] * 1000, now, longPoints, abort.signal).then(
        (history) => (setLong({ key, data: toColumns(history) }), setError(null)),
        (failure: Error) => !abort.signal.aborted && setError(failure),
      );
    };
    load();
    const timer = setInterval(load, refreshMs);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [key, isLive, wanted]);
  const value = useMemo(() => ({ key, isLive, seconds: rangeSeconds[key], long: long?.key === key ? long.data : null, error: isLive ? null : error }), [key, isLive, long, error]);
  return <RangeContext value={value}>{children}</RangeContext>;
}

/** Whether a series is anything but nought within the chosen range: for what most servers never have. */
export function useHasOccurred(name: string): boolean {
  const { isLive, long } = useRange();
  useLatestStats();
  const values = isLive ? live.ring.values(name) : long?.series[name];
  return values?.some((value) => value > 0) ?? false;
}

export function toColumns(history: History): LongRange {
  return {
    times: Float64Array.from(history.times, (ms) => ms / 1000),
    series: Object.fromEntries(Object.entries(history.series).map(([name, values]) => [name, Float64Array.from(values, (v) => v ?? NaN)])),
  };
}

export function RangePicker() {
  const [key, setKey] = usePreference<RangeKey>('range', '5m');
  if (isRefusal(useStatsError())) return null;
  return <Segmented label="Range of time" value={key} onValue={setKey} options={(Object.keys(labels) as RangeKey[]).map((k) => [k, labels[k]] as const)} />;
}
