import '@xterm/xterm/css/xterm.css';
import clsx from 'clsx';
import { Plus, X } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { IconButton, Page } from '@/components';
import { useTheme } from '@/lib/theme';
import { attach, closeTerminal, MaxTerminals, openTerminal, openTerminals, repaint, subscribe, type OpenTerminal } from './terminals';

/** Keys that a phone's keyboard lacks. */
const touchKeys: readonly (readonly [label: string, data: string])[] = [
  ['Tab', '\t'],
  ['Ctrl-C', '\x03'],
  ['↑', '\x1b[A'],
  ['↓', '\x1b[B'],
  ['←', '\x1b[D'],
  ['→', '\x1b[C'],
  ['"', '"'],
  ["'", "'"],
  ['*', '*'],
  [':', ':'],
];

export default function TerminalPage() {
  const terminals = useSyncExternalStore(subscribe, openTerminals);
  const [chosen, setChosen] = useState<number | null>(null);
  const { theme } = useTheme();
  const active = terminals.find((t) => t.id === chosen) ?? terminals.at(-1);

  useEffect(() => {
    if (openTerminals().length === 0) openTerminal();
  }, []);
  useEffect(() => {
    // After the theme's attribute has reached the document.
    const frame = requestAnimationFrame(repaint);
    return () => cancelAnimationFrame(frame);
  }, [theme]);

  const add = () => {
    const opened = openTerminal();
    if (opened !== null) setChosen(opened.id);
  };

  return (
    <Page title="Terminal" fill>
      <div className="flex h-full min-h-72 flex-col overflow-hidden rounded-xl border border-line bg-sunken shadow-card">
        <div className="flex shrink-0 items-center gap-1 border-b border-line bg-surface px-2 py-1.5">
          <div role="tablist" aria-label="Terminals" className="scroll-thin flex min-w-0 gap-1 overflow-x-auto">
            {terminals.map((terminal) => (
              <div
                key={terminal.id}
                className={clsx(
                  'group flex h-8 shrink-0 items-center rounded-md text-sm',
                  terminal === active ? 'bg-hover text-ink' : 'text-ink-3 hover:text-ink',
                )}
              >
                <button
                  type="button"
                  role="tab"
                  aria-selected={terminal === active}
                  aria-controls="terminal-screen"
                  className="h-full rounded-md px-3 font-medium"
                  onClick={() => setChosen(terminal.id)}
                >
                  {terminal.title}
                </button>
                {terminals.length > 1 && (
                  <button
                    type="button"
                    aria-label={`Close ${terminal.title}`}
                    className="mr-1 rounded p-1 text-ink-3 hover:bg-raised hover:text-ink"
                    onClick={() => closeTerminal(terminal.id)}
                  >
                    <X aria-hidden className="size-3.5" />
                  </button>
                )}
              </div>
            ))}
          </div>
          <IconButton icon={Plus} label="New terminal" size="sm" onClick={add} disabled={terminals.length >= MaxTerminals} />
        </div>
        {active !== undefined && <TerminalScreen key={active.id} opened={active} />}
        {active !== undefined && (
          <div
            role="toolbar"
            aria-label="Keys"
            className="scroll-thin hidden shrink-0 gap-1 overflow-x-auto border-t border-line bg-surface p-1.5 pointer-coarse:flex max-sm:flex"
          >
            {touchKeys.map(([label, data]) => (
              <button
                key={label}
                type="button"
                aria-label={label === '↑' ? 'Earlier line' : label === '↓' ? 'Later line' : label === '←' ? 'Left' : label === '→' ? 'Right' : label}
                className="h-9 min-w-10 shrink-0 rounded-md border border-line bg-raised px-2.5 font-mono text-sm text-ink active:bg-hover"
                // The terminal keeps the focus, and with it the phone's keyboard.
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => {
                  active.session.input(data);
                  active.terminal.focus();
                }}
              >
                {label}
              </button>
            ))}
          </div>
        )}
      </div>
    </Page>
  );
}

function TerminalScreen({ opened }: { opened: OpenTerminal }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const parent = place.current!;
    attach(opened, parent);
    opened.terminal.focus();
    let frame = 0;
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => opened.fit.fit());
    });
    observer.observe(parent);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      opened.host.remove();
    };
  }, [opened]);
  return <div ref={place} id="terminal-screen" role="tabpanel" aria-label={opened.title} className="min-h-0 flex-1 overflow-hidden px-3 py-2" />;
}
