import clsx from 'clsx';
import { ChevronLeft, ChevronRight, type LucideIcon } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { EmptyState, ErrorState, IconButton, SkeletonRows } from '@/components';
import { asList, asText, type Query, type RespValue } from '@/api';
import { type Bulk, bulkId } from '@/lib/bytes';
import { formatInteger } from '@/lib/format';
import { EntryDialog, type Entry } from '../EntryDialog';
import type { KeyDetails, Keyspace } from '../keyspace';

/** What every editor gets. */
export interface EditorProps {
  keyspace: Keyspace;
  name: Bulk;
  details: KeyDetails;
  /** Grows when the key changed, here or elsewhere: what shows must be read again. */
  version: number;
  readOnly: boolean;
  /** After a change from here. */
  onChanged: () => void;
  /** Tells whether there are edits that a reload would lose. */
  onUnsaved: (isUnsaved: boolean) => void;
}

/** Rows of a page: enough to work with, few enough to draw at once. */
export const RowsPerPage = 100;

export function Toolbar({ children }: { children: ReactNode }) {
  return <div className="flex shrink-0 flex-wrap items-center gap-2 px-4 py-2.5">{children}</div>;
}

export interface GridColumn {
  label: string;
  className?: string;
}

/** A plain table with a head that stays; for one page of elements. */
export function Grid({ label, columns, children }: { label: string; columns: readonly GridColumn[]; children: ReactNode }) {
  return (
    <div className="scroll-thin min-h-0 flex-1 overflow-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full border-separate border-spacing-0 text-sm">
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th
                key={i}
                scope="col"
                className={clsx(
                  'sticky top-0 z-10 border-b border-line bg-surface px-3 py-2 text-left text-xs font-medium text-ink-3 first:pl-4 last:pr-4',
                  column.className,
                )}
              >
                {column.label === 'Actions' ? <span className="sr-only">Actions</span> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export function GridRow({ children, isFresh = false }: { children: ReactNode; isFresh?: boolean }) {
  return (
    <tr
      className={clsx(
        'group *:border-b *:border-line/60 *:px-3 *:py-1.5 *:align-baseline *:first:pl-4 *:last:pr-4 hover:bg-hover/50',
        isFresh && 'bg-accent-soft/40',
      )}
    >
      {children}
    </tr>
  );
}

/** The buttons of a row; always there for touch and keyboard, and quiet until the row is looked at. */
export function RowActions({
  actions,
}: {
  actions: readonly { icon: LucideIcon; label: string; onClick: () => void; danger?: boolean; disabled?: boolean }[];
}) {
  return (
    <td className="w-px align-top! whitespace-nowrap">
      <span className="-my-0.5 flex justify-end opacity-70 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100">
        {actions.map((action) => (
          <IconButton
            key={action.label}
            icon={action.icon}
            label={action.label}
            size="sm"
            onClick={action.onClick}
            disabled={action.disabled}
            className={clsx(action.danger && 'hover:text-bad')}
          />
        ))}
      </span>
    </td>
  );
}

export interface PagerProps {
  /** What the page shows, e.g. "1 – 100 of 5,000". */
  text: ReactNode;
  onPrevious: (() => void) | null;
  onNext: (() => void) | null;
  children?: ReactNode;
}

export function Pager({ text, onPrevious, onNext, children }: PagerProps) {
  return (
    <div className="flex shrink-0 items-center gap-1 border-t border-line px-3 py-1.5 text-xs text-ink-3">
      <IconButton icon={ChevronLeft} label="Previous page" size="sm" disabled={onPrevious === null} onClick={() => onPrevious?.()} />
      <span className="num px-1" aria-live="polite">
        {text}
      </span>
      <IconButton icon={ChevronRight} label="Next page" size="sm" disabled={onNext === null} onClick={() => onNext?.()} />
      <span className="flex-1" />
      {children}
    </div>
  );
}

export function rangeText(offset: number, shown: number, total: number): string {
  return shown === 0 ? `none of ${formatInteger(total)}` : `${formatInteger(offset + 1)} – ${formatInteger(offset + shown)} of ${formatInteger(total)}`;
}

/** Loading, failure and emptiness of a page of elements in one place. */
export function Loaded<T>({
  query,
  what,
  isEmpty,
  empty,
  children,
}: {
  query: Query<T>;
  what: string;
  isEmpty: (data: T) => boolean;
  empty: string;
  children: (data: T) => ReactNode;
}) {
  if (query.data === undefined) return query.error ? <ErrorState error={query.error} what={what} onRetry={query.reload} /> : <SkeletonRows />;
  return (
    <>
      {query.error && (
        <p role="alert" className="mx-4 mb-2 rounded-md bg-bad-soft px-3 py-1.5 text-xs text-bad">
          Not up to date: {query.error.message}
        </p>
      )}
      {isEmpty(query.data) ? <EmptyState title={empty} className="flex-1" /> : children(query.data)}
    </>
  );
}

/** A dialog that an editor opens with `open(entry)`; render `dialog` somewhere. */
export function useEntryDialog(): { open: (entry: Entry) => void; dialog: ReactNode } {
  const [entry, setEntry] = useState<Entry | null>(null);
  return { open: setEntry, dialog: entry === null ? null : <EntryDialog entry={entry} onClose={() => setEntry(null)} /> };
}

/** Cursors of a SCAN-like walk: forward by what the server gave, back by what was remembered. */
export function useCursors(resetKey: string): {
  cursor: string;
  page: number;
  next: (cursor: string) => void;
  previous: (() => void) | null;
} {
  const [state, setState] = useState<{ key: string; cursors: string[] }>({ key: resetKey, cursors: ['0'] });
  const cursors = state.key === resetKey ? state.cursors : ['0'];
  return {
    cursor: cursors.at(-1)!,
    page: cursors.length,
    next: (cursor) => setState({ key: resetKey, cursors: [...cursors, cursor] }),
    previous: cursors.length > 1 ? () => setState({ key: resetKey, cursors: cursors.slice(0, -1) }) : null,
  };
}

/** A search may find nothing for many steps: after so many the page is shown as it is. */
const MaxScanSteps = 50;

/** Scans the elements of a key until a page is full or the end is there. An element that the server gives twice, because the key changed meanwhile, stands once. */
export async function scanPage<T>(
  keyspace: Keyspace,
  scan: { command: 'HSCAN' | 'SSCAN' | 'ZSCAN'; name: Bulk; cursor: string; search: string },
  parse: (elements: RespValue | undefined) => T[],
  nameOf: (element: T) => Bulk,
  signal: AbortSignal,
): Promise<{ elements: T[]; next: string }> {
  const found = new Map<string, T>();
  let cursor = scan.cursor;
  for (let steps = 0; steps < MaxScanSteps; steps++) {
    const reply = asList(await keyspace.read([scan.command, scan.name, cursor, 'MATCH', toPattern(scan.search), 'COUNT', RowsPerPage], signal));
    cursor = asText(reply[0]);
    for (const element of parse(reply[1])) found.set(bulkId(nameOf(element)), element);
    if (cursor === '0' || found.size >= RowsPerPage) break;
  }
  return { elements: [...found.values()], next: cursor };
}

/** The text of a search box as a pattern: plain words are looked for anywhere. */
function toPattern(search: string): string {
  return search === '' ? '*' : /[*?[]/.test(search) ? search : `*${search}*`;
}

/** An element is not any more what it was when the user began to edit it. */
export class ConflictError extends Error {
  override name = 'ConflictError';
  constructor(what: string) {
    super(`${what} was changed by somebody else meanwhile. Close this to see what it is now.`);
  }
}
