import clsx from 'clsx';
import { ChevronRight, TriangleAlert } from 'lucide-react';
import { memo, type ReactNode, useCallback, useEffect, useId, useRef, useState } from 'react';
import { type Bulk, bulkId, display } from '@/lib/bytes';
import { formatBytes, formatCount, formatDuration } from '@/lib/format';
import { typeLabel } from '@/lib/keyTypes';
import { PageSize, type Row, type TreeEntry } from '@/lib/treeModel';
import { MixBar } from '../MixBar';
import { typeColor } from '../typeColors';
import { VirtualRows, type VirtualRowsHandle } from '../VirtualRows';
import type { LiveTree } from './useTree';

const RowHeight = 30;
const Indent = 16;
const SettleMs = 40;
/** Rows below the window that are loaded in advance. */
const RowsAhead = 40;

export interface KeyTreeProps {
  tree: LiveTree;
  selected: Bulk | null;
  onKey: (key: Bulk) => void;
  onPrefix: (entry: TreeEntry) => void;
  /** What stands in place of an empty tree. */
  empty: ReactNode;
}

/** The tree as rows in a window. One stop for the Tab key; the arrows move inside, as trees do. */
export function KeyTree({ tree, selected, onKey, onPrefix, empty }: KeyTreeProps) {
  const { model } = tree;
  const [active, setActive] = useState(0);
  /** The row of a key that was opened from elsewhere, until it is in sight. */
  const [found, setFound] = useState<number | null>(null);
  const rows = useRef<VirtualRowsHandle>(null);
  const id = useId();
  const latest = useRef(tree);
  latest.current = tree;
  const selectedId = selected === null ? null : bulkId(selected);

  const range = useRef({ first: 0, last: 0 });
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  const askFor = useCallback((first: number, last: number) => {
    range.current = { first, last };
    latest.current.see(first, last);
    // Pages that fly by while one drags the scroll bar are not worth a question; a moment's rest is.
    clearTimeout(settling.current);
    settling.current = setTimeout(() => {
      const { model, need } = latest.current;
      for (let at = first; at <= last + RowsAhead; at++) {
        const row = model.row(at);
        if (row?.kind === 'loading') need(row.parent, row.page);
        else if (row?.kind === 'entry' && row.parent.stale.has(Math.floor(row.index / PageSize))) need(row.parent, Math.floor(row.index / PageSize));
      }
    }, SettleMs);
  }, []);
  useEffect(() => () => clearTimeout(settling.current), []);
  // Rows that came into sight because something above them opened or closed.
  useEffect(() => askFor(range.current.first, range.current.last), [tree.version, askFor]);

  const goTo = (row: number) => {
    const next = Math.max(0, Math.min(model.rows - 1, row));
    setActive(next);
    rows.current?.reveal(next);
  };
  const choose = (row: Row, index: number) => {
    setActive(index);
    if (row.kind !== 'entry') {
      if (row.kind === 'failed') tree.refresh();
      return;
    }
    if (row.entry.kind === 'key') {
      onKey(row.entry.path);
    } else {
      onPrefix(row.entry);
      tree.toggle(row.parent, row.index);
    }
  };

  // A key that was opened from elsewhere is shown where it stands, once the server knows all names.
  const isReady = tree.building === null && model.root.loaded;
  useEffect(() => {
    if (!isReady || typeof selected !== 'string') return;
    let isOver = false;
    latest.current.reveal(selected).then(
      (row) => {
        if (!isOver && row !== null) setFound(row);
      },
      () => undefined,
    );
    return () => void (isOver = true);
    // Dependencies: the id stands for the key
  }, [selectedId, isReady, model]);

  // Only after the opened rows have been drawn is there a place to scroll to.
  useEffect(() => {
    if (found === null || found >= model.rows) return;
    setFound(null);
    setActive(found);
    rows.current?.reveal(found);
  }, [found, model, tree.version]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = model.row(active);
    const entry = row?.kind === 'entry' ? row : null;
    switch (event.key) {
      case 'ArrowDown':
        goTo(active + 1);
        break;
      case 'ArrowUp':
        goTo(active - 1);
        break;
      case 'PageDown':
        goTo(active + Math.max(1, range.current.last - range.current.first - 1));
        break;
      case 'PageUp':
        goTo(active - Math.max(1, range.current.last - range.current.first - 1));
        break;
      case 'Home':
        goTo(0);
        break;
      case 'End':
        goTo(model.rows - 1);
        break;
      case 'ArrowRight':
        if (entry?.entry.kind === 'prefix') {
          if (entry.expanded) goTo(active + 1);
          else tree.toggle(entry.parent, entry.index);
        }
        break;
      case 'ArrowLeft': {
        if (entry?.expanded) {
          tree.toggle(entry.parent, entry.index);
        } else if (row !== null) {
          const above = model.rowAbove(row.parent);
          if (above !== null) goTo(above);
        }
        break;
      }
      case 'Enter':
      case ' ':
        if (row !== null) choose(row, active);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  if (model.root.loaded && model.root.total === 0) return empty;
  return (
    <VirtualRows
      handle={rows}
      count={model.rows}
      rowHeight={RowHeight}
      onRange={askFor}
      role="tree"
      aria-label="Keys"
      tabIndex={0}
      aria-activedescendant={`${id}-${active}`}
      onKeyDown={onKeyDown}
      className="group/tree flex-1 -outline-offset-2"
      row={(index) => {
        const row = model.row(index);
        if (row === null) return null;
        return (
          <TreeRow
            key={index}
            id={`${id}-${index}`}
            row={row}
            index={index}
            isActive={index === active}
            isSelected={selectedId !== null && row.kind === 'entry' && bulkId(row.entry.path) === selectedId}
            isChanged={row.kind === 'entry' && row.entry.kind === 'key' && tree.changed.size > 0 && tree.changed.has(bulkId(row.entry.path))}
            onChoose={choose}
          />
        );
      }}
    />
  );
}

interface TreeRowProps {
  id: string;
  row: Row;
  index: number;
  isActive: boolean;
  isSelected: boolean;
  isChanged: boolean;
  onChoose: (row: Row, index: number) => void;
}

const TreeRow = memo(
  function TreeRow({ id, row, index, isActive, isSelected, isChanged, onChoose }: TreeRowProps) {
    const indent = 10 + row.depth * Indent;
    if (row.kind !== 'entry') {
      return (
        <div
          id={id}
          role="treeitem"
          aria-level={row.depth + 1}
          aria-selected={false}
          aria-busy={row.kind === 'loading'}
          className="flex items-center gap-2 text-sm text-ink-3"
          style={{ height: RowHeight, paddingLeft: indent + 18 }}
          onClick={() => onChoose(row, index)}
        >
          {row.kind === 'loading' ? (
            <span className="h-2.5 w-40 max-w-1/2 rounded bg-hover" />
          ) : row.kind === 'failed' ? (
            <>
              <TriangleAlert aria-hidden className="size-4 text-bad" /> {row.parent.error}
            </>
          ) : (
            'Nothing here any more'
          )}
        </div>
      );
    }
    const { entry } = row;
    const isPrefix = entry.kind === 'prefix';
    return (
      <div
        id={id}
        role="treeitem"
        aria-level={row.depth + 1}
        aria-posinset={row.index + 1}
        aria-setsize={row.siblings}
        aria-selected={isSelected}
        aria-expanded={isPrefix ? row.expanded : undefined}
        onClick={() => onChoose(row, index)}
        style={{ height: RowHeight, paddingLeft: indent }}
        className={clsx(
          'flex cursor-pointer items-center gap-2 pr-3 text-sm transition-colors duration-300',
          isSelected ? 'bg-accent-soft text-ink' : isChanged ? 'bg-warn-soft' : 'hover:bg-hover/70',
          isActive && 'group-focus-visible/tree:outline-2 group-focus-visible/tree:-outline-offset-2 group-focus-visible/tree:outline-accent-ink',
        )}
      >
        {isPrefix ? (
          <ChevronRight aria-hidden className={clsx('size-3.5 shrink-0 text-ink-3 transition-transform duration-100', row.expanded && 'rotate-90')} />
        ) : (
          <span aria-hidden title={typeLabel(entry.type ?? '')} className={clsx('mx-[3px] size-2 shrink-0 rounded-[3px]', typeColor(entry.type ?? ''))} />
        )}
        <span
          className={clsx('relative top-px min-w-0 flex-1 truncate font-mono text-[0.8125rem]', isPrefix ? 'font-medium' : 'text-ink-2')}
          title={display(entry.path, 500)}
        >
          {display(entry.name, 200) || <span className="text-ink-3 italic">empty</span>}
          {!isPrefix && <span className="sr-only"> {typeLabel(entry.type ?? '')}</span>}
        </span>
        {isPrefix ? (
          <>
            <MixBar types={entry.types} className="w-12 shrink-0 max-sm:hidden" />
            <span className="num w-14 shrink-0 text-right text-xs text-ink-2">{formatCount(entry.keys)}
              <span className="sr-only">{entry.keys === 1 ? ' key' : ' keys'}</span>
            </span>
          </>
        ) : (
          entry.ttlMs !== null && entry.ttlMs >= 0 && <span className="num shrink-0 text-xs text-ink-3">{entry.ttlMs === 0 ? 'expired' : formatDuration(entry.ttlMs)}</span>
        )}
        <span className="num w-16 shrink-0 text-right text-xs text-ink-3">{formatBytes(entry.bytes)}</span>
      </div>
    );
  },
  (a, b) =>
    a.id === b.id &&
    a.isActive === b.isActive &&
    a.isSelected === b.isSelected &&
    a.isChanged === b.isChanged &&
    a.row.kind === 'entry' &&
    b.row.kind === 'entry' &&
    a.row.entry === b.row.entry &&
    a.row.parent === b.row.parent &&
    a.row.expanded === b.row.expanded &&
    a.row.siblings === b.row.siblings &&
    a.onChoose === b.onChoose,
);
