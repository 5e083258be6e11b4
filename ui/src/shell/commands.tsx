/*
 * What the palette offers and the keyboard reaches. The shell registers pages and general actions; a page adds its own while it is shown:
 *
 *   usePageCommands([{ id: 'keys.new', label: 'New key', keys: 'n', run: () => setOpen(true) }]);
 *
 * `keys` is a single key ('n', '/', '?') or two pressed one after the other ('g k'). They rest while the focus is in a field.
 */
import { type LucideIcon } from 'lucide-react';
import { useEffect, useRef, useSyncExternalStore } from 'react';

export interface Command {
  id: string;
  label: string;
  group?: string;
  icon?: LucideIcon;
  words?: string;
  keys?: string;
  run: () => void;
}

let registered: readonly Command[] = [];
const listeners = new Set<() => void>();

function set(next: readonly Command[]) {
  registered = next;
  for (const listener of [...listeners]) listener();
}

export function usePageCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  latest.current = commands;
  const key = commands.map((command) => `${command.id}\t${command.label}\t${command.keys ?? ''}`).join('\n');
  useEffect(() => {
    // The registered command calls the newest closure of its page.
    const mine = latest.current.map((command) => ({ ...command, run: () => latest.current.find((c) => c.id === command.id)?.run() }));
    set([...registered, ...mine]);
    return () => set(registered.filter((command) => !mine.includes(command)));
  }, [key]);
}

export function useRegisteredCommands(): readonly Command[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => registered,
  );
}

const betweenKeysMs = 1200;

/** Runs the commands' keys. Mounted once, by the shell. */
export function useCommandKeys(): void {
  useEffect(() => {
    let first = '';
    let firstAt = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const sequence = first !== '' && event.timeStamp - firstAt < betweenKeysMs ? `${first} ${event.key}` : event.key;
      const command = registered.findLast((c) => c.keys === sequence);
      if (command !== undefined) {
        first = '';
        event.preventDefault();
        command.run();
      } else {
        first = registered.some((c) => c.keys?.startsWith(`${event.key} `)) ? event.key : '';
        firstAt = event.timeStamp;
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea, select, [role="textbox"], [role="dialog"], [role="alertdialog"], [role="menu"]') !== null);
}
