import clsx from 'clsx';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, useMemo, useRef, useState } from 'react';

export interface Column<T> {
  id: string;
  header: ReactNode;
  cell: (row: T) => ReactNode;
  /** A track of the grid: '1fr', 'minmax(8rem,1fr)', '6rem'. */
  width?: string;
  align?: 'left' | 'right';
  /** What the column is sorted by; without it, it is not sortable. */
  sort?: (row: T) => number | string;
  /** Left out on narrow screens. */
  hideOnPhone?: boolean;
}

export interface TableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string | number;
  rowHeight?: number;
  /** The height of the scrolled area; rows outside it are not in the document. */
  height?: string;
  initialSort?: { id: string; descending: boolean };
  empty?: ReactNode;
  onRow?: (row: T) => void;
  rowClassName?: (row: T) => string | undefined;
  minWidth?: string;
}

/** A table that shows thousands of rows: only those in sight exist. Columns are tracks of one grid. */
export function Table<T>({ label, columns, rows, rowKey, rowHeight = 38, height = '60vh', initialSort, empty, onRow, rowClassName, minWidth }: TableProps<T>) {
  const [sort, setSort] = useState(initialSort);
  const scroller = useRef<HTMLDivElement>(null);
  const sorted = useMemo(() => {
    const by = columns.find((column) => column.id === sort?.id)?.sort;
    if (sort === undefined || by === undefined) return rows;
    const direction = sort.descending ? -1 : 1;
    return rows
      .map((row, i) => ({ row, i, by: by(row) }))
      .sort((a, b) => (a.by < b.by ? -direction : a.by > b.by ? direction : a.i - b.i))
      .map(({ row }) => row);
  }, [rows, sort, columns]);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (i) => rowKey(sorted[i]!),
  });
  const tracks = (phone: boolean) =>
    columns
      .filter((column) => !phone || !column.hideOnPhone)
      .map((column) => column.width ?? 'minmax(0,1fr)')
      .join(' ');
  const gridStyle = { '--tracks': tracks(false), '--tracks-phone': tracks(true) } as React.CSSProperties;
  const grid = 'grid grid-cols-(--tracks-phone) md:grid-cols-(--tracks) gap-x-3 px-4';
  const cellClass = (column: Column<T>) => clsx('min-w-0 truncate', column.align === 'right' && 'text-right num', column.hideOnPhone && 'hidden md:block');

  return (
    <div ref={scroller} role="table" aria-label={label} aria-rowcount={sorted.length + 1} tabIndex={0} className="scroll-thin overflow-auto -outline-offset-2" style={{ maxHeight: height, ...gridStyle }}>
      <div style={{ minWidth }}>
        <div role="rowgroup" className="sticky top-0 z-10 bg-surface">
          <div role="row" aria-rowindex={1} className={clsx(grid, 'border-b border-line py-2 text-xs font-medium text-ink-3')}>
            {columns.map((column) => (
              <div key={column.id} role="columnheader" aria-sort={sort?.id === column.id ? (sort.descending ? 'descending' : 'ascending') : undefined} className={cellClass(column)}>
                {column.sort ? (
                  <button
                    type="button"
                    className={clsx('inline-flex items-center gap-1 rounded hover:text-ink', sort?.id === column.id && 'text-ink')}
                    onClick={() => setSort((old) => ({ id: column.id, descending: old?.id === column.id ? !old.descending : column.align === 'right' }))}
                  >
                    {column.header}
                    {sort?.id === column.id && (sort.descending ? <ArrowDown aria-hidden className="size-3" /> : <ArrowUp aria-hidden className="size-3" />)}
                  </button>
                ) : (
                  column.header
                )}
              </div>
            ))}
          </div>
        </div>
        {sorted.length === 0 ? (
          empty
        ) : (
          <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const row = sorted[item.index]!;
              return (
                <div
                  key={item.key}
                  role="row"
                  aria-rowindex={item.index + 2}
                  onClick={onRow && (() => onRow(row))}
                  tabIndex={onRow && 0}
                  onKeyDown={
                    onRow &&
                    ((event) => {
                      if (event.target !== event.currentTarget || (event.key !== 'Enter' && event.key !== ' ')) return;
                      event.preventDefault();
                      onRow(row);
                    })
                  }
                  className={clsx(
                    grid,
                    'absolute inset-x-0 top-0 items-center border-b border-line/60 text-sm hover:bg-hover/60',
                    onRow && 'cursor-pointer -outline-offset-2',
                    rowClassName?.(row),
                  )}
                  style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                >
                  {columns.map((column) => (
                    <div key={column.id} role="cell" className={cellClass(column)}>
                      {column.cell(row)}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}
