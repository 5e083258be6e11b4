import clsx from 'clsx';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';

export type ToastKind = 'good' | 'bad' | 'info';

interface Toast {
  id: number;
  kind: ToastKind;
  title: string;
  detail?: string | undefined;
}

const most = 4;
const shownMs = 5000;
let nextId = 1;
let toasts: readonly Toast[] = [];
const listeners = new Set<() => void>();

function set(next: readonly Toast[]) {
  toasts = next;
  for (const listener of [...listeners]) listener();
}

/** A short notice at the edge. Errors stay until they are closed. */
export function toast(kind: ToastKind, title: string, detail?: string): void {
  set([...toasts.slice(-(most - 1)), { id: nextId++, kind, title, detail }]);
}

/** For `.catch(toastError('…'))`. */
export function toastError(title: string): (error: unknown) => void {
  return (error) => toast('bad', title, error instanceof Error ? error.message : String(error));
}

const icons = { good: CircleCheck, bad: CircleAlert, info: Info };
const colors = { good: 'text-good', bad: 'text-bad', info: 'text-info' };

export function Toaster() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <ol aria-label="Notices" className="pointer-events-none fixed inset-x-4 bottom-20 z-80 flex flex-col items-end gap-2 md:bottom-4">
      {shown.map((item) => (
        <ToastCard key={item.id} item={item} />
      ))}
    </ol>
  );
}

function ToastCard({ item }: { item: Toast }) {
  const close = () => set(toasts.filter((other) => other.id !== item.id));
  useEffect(() => {
    if (item.kind === 'bad') return;
    const timer = setTimeout(close, shownMs);
    return () => clearTimeout(timer);
  });
  const Icon = icons[item.kind];
  return (
    <li
      role={item.kind === 'bad' ? 'alert' : 'status'}
      className="animate-toast pointer-events-auto flex w-full max-w-sm items-start gap-2.5 rounded-lg bg-raised py-3 pr-2 pl-3.5 text-sm shadow-pop"
    >
      <Icon aria-hidden className={clsx('mt-0.5 size-4 shrink-0', colors[item.kind])} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{item.title}</p>
        {item.detail && <p className="mt-0.5 break-words text-ink-2">{item.detail}</p>}
      </div>
      <button type="button" aria-label="Close the notice" onClick={close} className="rounded p-1 text-ink-3 hover:bg-hover hover:text-ink">
        <X aria-hidden className="size-3.5" />
      </button>
    </li>
  );
}
