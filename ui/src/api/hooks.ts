import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { ConnectionState, WatchUpdate } from './connection';
import { connection, sessions, type SessionState } from './session';
import { type Argument, type RespValue, type WireValue, decodeValue, encodeArgument } from './value';

export function useConnectionState(): ConnectionState {
  return useSyncExternalStore(connection.subscribe, () => connection.state);
}

export function useSession(): SessionState {
  return useSyncExternalStore(sessions.subscribe, () => sessions.state);
}

/** True while the server or the login permits no changes. */
export function useReadOnly(): boolean {
  const state = useSession();
  return state.kind === 'known' && state.session.readOnly;
}

export interface Watched<T> {
  data: T | undefined;
  /** Updates that the server skipped since the page was opened because this browser was slow. */
  dropped: number;
  error: Error | undefined;
}

/** The newest state of a topic. Parameters are compared by content; `enabled: false` pauses and keeps what there was. */
export function useWatch<T>(topic: string, parameters: Record<string, unknown> = {}, enabled = true): Watched<T> {
  const [state, setState] = useState<Watched<T>>({ data: undefined, dropped: 0, error: undefined });
  const key = JSON.stringify([topic, parameters]);
  useEffect(() => {
    if (!enabled) return;
    return connection.watch<T>(
      topic,
      parameters,
      ({ data, dropped }) => setState((old) => ({ data, dropped: old.dropped + dropped, error: undefined })),
      (error) => setState((old) => ({ ...old, error })),
    );
    // Dependencies: the key stands for topic and parameters
  }, [key, enabled]);
  return state;
}

/** Every update of a topic, for pages that collect. */
export function useWatchEach<T>(topic: string, parameters: Record<string, unknown>, onUpdate: (update: WatchUpdate<T>) => void, enabled = true): Error | undefined {
  const [error, setError] = useState<Error>();
  const handler = useRef(onUpdate);
  handler.current = onUpdate;
  const key = JSON.stringify([topic, parameters]);
  useEffect(() => {
    if (!enabled) return;
    setError(undefined);
    return connection.watch<T>(topic, parameters, (update) => handler.current(update), setError);
    // Dependencies: the key stands for topic and parameters
  }, [key, enabled]);
  return error;
}

/** A reading command that the server repeats, and whose reply is sent when it differs from the last. */
export function useCommand(args: readonly Argument[], everyMs = 1000, enabled = true): Watched<RespValue> {
  const watched = useWatch<WireValue>('command', { args: args.map(encodeArgument), everyMs }, enabled);
  const data = useMemo(() => (watched.data === undefined ? undefined : decodeValue(watched.data)), [watched.data]);
  return { ...watched, data };
}

export interface Query<T> {
  data: T | undefined;
  error: Error | undefined;
  loading: boolean;
  reload: () => void;
}

/** Runs an asynchronous function when `dependencies` change, when the connection is back, and on `reload`. The last run wins. */
export function useQuery<T>(load: (signal: AbortSignal) => Promise<T>, dependencies: readonly unknown[]): Query<T> {
  const [state, setState] = useState<{ data: T | undefined; error: Error | undefined; loading: boolean }>({ data: undefined, error: undefined, loading: true });
  const [round, setRound] = useState(0);
  const isOpen = useConnectionState().kind === 'open';
  useEffect(() => {
    const abort = new AbortController();
    setState((old) => ({ ...old, loading: true }));
    load(abort.signal).then(
      (data) => !abort.signal.aborted && setState({ data, error: undefined, loading: false }),
      (error: Error) => !abort.signal.aborted && setState((old) => ({ data: old.data, error, loading: false })),
    );
    return () => abort.abort();
    // Dependencies: the caller names what the function depends on
  }, [...dependencies, round, isOpen]);
  return { ...state, reload: useCallback(() => setRound((n) => n + 1), []) };
}

/** A command, once. */
export function useRun(args: readonly Argument[], channel?: string): Query<RespValue> {
  return useQuery((signal) => connection.run(args, { signal, ...(channel ? { channel } : {}) }), [JSON.stringify(args.map(encodeArgument)), channel]);
}
