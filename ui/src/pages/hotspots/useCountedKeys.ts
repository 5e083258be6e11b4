import { useEffect, useRef, useState } from 'react';
import { asText, connection, decodeValue, ErrorValue, useRun, useWatchEach, type WireValue } from '@/api';
import type { Bulk } from '@/lib/bytes';
import { asBulk } from '@/pages/keys/keyspace';
import { AccessCounter, type CountedKey, readKeyPositions } from './accessCounter';

const refreshMs = 1000;
const shownKeys = 100;
/** What a dashboard looks up to draw its pages is no traffic. */
const dashboardName = 'dashboard';

interface Profiled {
  db: number;
  name: string;
  command: WireValue[];
}

export interface CountedKeys {
  /** Undefined until it is known where commands have their keys. */
  rows: readonly (CountedKey & { type: string })[] | undefined;
  error: Error | undefined;
}

/** Counts every access while `enabled`; needs the permission for MONITOR. */
export function useCountedKeys(enabled: boolean): CountedKeys {
  const { data: commands } = useRun(['COMMAND'], 'hotkeys');
  const counter = useRef<AccessCounter>(undefined);
  const [rows, setRows] = useState<readonly CountedKey[]>();
  const types = useTypes(rows);
  useEffect(() => {
    if (commands === undefined || !enabled) return;
    counter.current = new AccessCounter(readKeyPositions(commands));
    const show = () => setRows(counter.current?.top(shownKeys, Date.now()));
    show();
    const timer = setInterval(show, refreshMs);
    return () => clearInterval(timer);
  }, [commands, enabled]);
  const error = useWatchEach<Profiled[]>(
    'profile',
    { commands: null, prefix: null, client: null, sample: 1 },
    ({ data }) => counter.current?.add(data.filter((row) => row.name !== dashboardName).map((row) => ({ ...row, command: row.command.map((arg): Bulk => asBulk(decodeValue(arg))) })), Date.now()),
    enabled,
  );
  return { rows: rows?.map((row) => ({ ...row, type: types.get(row.id) ?? '' })), error };
}

/** The types of keys, asked once for each. */
function useTypes(rows: readonly CountedKey[] | undefined): ReadonlyMap<string, string> {
  const [types, setTypes] = useState<ReadonlyMap<string, string>>(new Map());
  const isAsking = useRef(false);
  useEffect(() => {
    const unknown = (rows ?? []).filter((row) => !types.has(row.id)).slice(0, shownKeys);
    if (unknown.length === 0 || isAsking.current) return;
    isAsking.current = true;
    connection
      .runMany(unknown.flatMap((row) => [['SELECT', row.db], ['TYPE', row.key]]), { channel: 'hotkeys' })
      // Without the right to SELECT the session stays where it began, in database 0.
      .then((replies) => unknown.map((row, i) => [row.id, replies[2 * i] instanceof ErrorValue && row.db !== 0 ? '' : asText(replies[2 * i + 1])] as const))
      .then((found) => setTypes((old) => new Map([...[...old].slice(-1000), ...found])))
      .catch(() => undefined)
      .finally(() => (isAsking.current = false));
  }, [rows, types]);
  return types;
}
