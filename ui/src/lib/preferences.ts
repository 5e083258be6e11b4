/** Small choices that a browser remembers. Storage may be forbidden or full: then they last as long as the page. */
import { useSyncExternalStore } from 'react';

const prefix = 'spinel.';
const memory = new Map<string, string>();
const listeners = new Set<() => void>();

export function readPreference(name: string): string | null {
  if (memory.has(name)) return memory.get(name)!;
  try {
    return localStorage.getItem(prefix + name);
  } catch {
    return null;
  }
}

export function writePreference(name: string, value: string): void {
  memory.set(name, value);
  try {
    localStorage.setItem(prefix + name, value);
  } catch {
    // It stays in memory.
  }
  for (const listener of [...listeners]) listener();
}

/** A remembered text with its setter. */
export function usePreference<T extends string>(name: string, initial: T): [T, (value: T) => void] {
  const value = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => (readPreference(name) as T | null) ?? initial,
  );
  return [value, (next) => writePreference(name, next)];
}
