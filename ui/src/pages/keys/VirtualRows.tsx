import clsx from 'clsx';
import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type HTMLAttributes, type ReactNode, type Ref } from 'react';
import { maxScrollHeight, positionOf, rowInView, scrollTopOf } from '@/lib/virtualRows';

export interface VirtualRowsHandle {
  /** Scrolls just as far as it takes to see the row. */
  reveal(row: number): void;
  focus(): void;
}

export interface VirtualRowsProps extends Omit<HTMLAttributes<HTMLDivElement>, 'children'> {
  count: number;
  rowHeight: number;
  row: (index: number) => ReactNode;
  /** The rows on screen, after each change. */
  onRange?: (first: number, last: number) => void;
  handle?: Ref<VirtualRowsHandle>;
}

/**
 * Rows of equal height of which only those in sight exist, for millions of them.
 *
 * Browsers limit how high an element may be, so beyond that limit the scrolled area is shorter than the rows together and the scroll
 * bar is a scale over them; the wheel still moves row by row. The rows stand in a layer that sticks to the window and is drawn anew for
 * each position: scrolling faster than that shows rows of a frame ago, never a blank.
 */
export function VirtualRows({ count, rowHeight, row, onRange, handle, className, ...rest }: VirtualRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  const [position, setPosition] = useState(0);
  const expectedTop = useRef(0);
  const geometry = { count, rowHeight, height };
  const geometryRef = useRef(geometry);
  geometryRef.current = geometry;
  const positionRef = useRef(0);

  const moveTo = useCallback((next: number) => {
    const { count, rowHeight, height } = geometryRef.current;
    const last = Math.max(0, count - height / rowHeight);
    const clamped = Math.max(0, Math.min(last, next));
    positionRef.current = clamped;
    const element = scroller.current;
    if (element !== null) {
      element.scrollTop = scrollTopOf(clamped, geometryRef.current);
      expectedTop.current = element.scrollTop;
    }
    setPosition(clamped);
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current!;
    setHeight(element.clientHeight);
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // Fewer rows or a higher window can leave the position beyond the end.
  useLayoutEffect(() => {
    if (height > 0 && positionRef.current > Math.max(0, count - height / rowHeight)) moveTo(positionRef.current);
  }, [count, height, rowHeight, moveTo]);

  useEffect(() => {
    const element = scroller.current!;
    const onWheel = (event: WheelEvent) => {
      if (maxScrollHeight >= geometryRef.current.count * geometryRef.current.rowHeight || event.ctrlKey) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? geometryRef.current.rowHeight : 1;
      moveTo(positionRef.current + (event.deltaY * unit) / geometryRef.current.rowHeight);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [moveTo]);

  useImperativeHandle(
    handle,
    () => ({
      reveal: (index) => {
        const next = rowInView(index, positionRef.current, geometryRef.current);
        if (next !== positionRef.current) moveTo(next);
      },
      focus: () => scroller.current?.focus(),
    }),
    [moveTo],
  );

  const first = Math.max(0, Math.floor(position));
  const last = Math.min(count - 1, Math.ceil(position + height / rowHeight));
  useEffect(() => {
    if (height > 0) onRange?.(first, last);
  }, [first, last, height, onRange]);

  const rows: ReactNode[] = [];
  if (height > 0) {
    for (let index = first; index <= last; index++) rows.push(row(index));
  }

  return (
    <div
      {...rest}
      ref={scroller}
      className={clsx('scroll-thin relative min-h-0 overflow-x-hidden overflow-y-auto', className)}
      onScroll={() => {
        const top = scroller.current!.scrollTop;
        // Our own doing comes back as an event; taking it for the user's would round the position.
        if (Math.abs(top - expectedTop.current) < 1) return;
        expectedTop.current = top;
        positionRef.current = positionOf(top, geometryRef.current);
        setPosition(positionRef.current);
      }}
    >
      <div role="presentation" style={{ height: Math.max(height, Math.min(count * rowHeight, maxScrollHeight)) }}>
        <div role="presentation" className="sticky top-0 overflow-hidden" style={{ height }}>
          <div role="presentation" style={{ transform: `translateY(${-(position - first) * rowHeight}px)` }}>
            {rows}
          </div>
        </div>
      </div>
    </div>
  );
}
