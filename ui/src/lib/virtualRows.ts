/** The arithmetic of a window over rows of equal height. Positions are rows, with fractions; the window begins at one. */
export interface Geometry {
  count: number;
  rowHeight: number;
  /** Of the window, in pixels. */
  height: number;
}

/** Below what every browser can draw (the least allows about 17 million). */
export const maxScrollHeight = 8_000_000;

export function positionOf(scrollTop: number, geometry: Geometry): number {
  const { count, rowHeight, height } = geometry;
  const full = count * rowHeight;
  if (full <= maxScrollHeight) return scrollTop / rowHeight;
  const share = scrollTop / (maxScrollHeight - height);
  return Math.max(0, Math.min(1, share)) * (count - height / rowHeight);
}

export function scrollTopOf(position: number, geometry: Geometry): number {
  const { count, rowHeight, height } = geometry;
  const full = count * rowHeight;
  if (full <= maxScrollHeight) return position * rowHeight;
  return (position / (count - height / rowHeight)) * (maxScrollHeight - height);
}

/** The position nearest to the present one at which the row is in sight as a whole. */
export function rowInView(row: number, position: number, geometry: Geometry): number {
  const rows = geometry.height / geometry.rowHeight;
  if (row < position) return row;
  return row + 1 > position + rows ? Math.max(0, row + 1 - rows) : position;
}
