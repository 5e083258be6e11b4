/** The arithmetic of axes, apart from any canvas. */

/** Index of the first time that is not before `time`. */
export function lowerBound(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The greatest value between two indexes; 0 when there is none. */
export function greatest(values: Float64Array, from: number, to: number): number {
  let max = -Infinity;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (value > max) max = value;
  }
  return max === -Infinity ? 0 : max;
}

export function least(values: Float64Array, from: number, to: number): number {
  let min = Infinity;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (value < min) min = value;
  }
  return min === Infinity ? 0 : min;
}

const decimalSteps = [1, 1.5, 2, 3, 4, 5, 7.5, 10];

/** The next round number above `value`, so that the axis changes seldom. */
export function niceCeiling(value: number, isBinary = false): number {
  if (!(value > 0)) return 1;
  if (isBinary) {
    const power = 2 ** Math.floor(Math.log2(value));
    return [1, 1.25, 1.5, 1.75, 2].map((f) => f * power).find((step) => step >= value * 1.02) ?? power * 2.5;
  }
  const power = 10 ** Math.floor(Math.log10(value));
  return decimalSteps.map((f) => f * power).find((step) => step >= value * 1.04) ?? power * 15;
}

/** Adds the columns up from the first: the n-th result is the sum of the first n. Missing values count as nothing, unless all are missing. */
export function stack(columns: readonly Float64Array[], into: Float64Array[]): void {
  const length = columns[0]?.length ?? 0;
  for (let i = 0; i < length; i++) {
    const isKnown = columns.some((column) => !Number.isNaN(column[i]!));
    let sum = 0;
    for (let k = 0; k < columns.length; k++) {
      const value = columns[k]![i]!;
      if (!Number.isNaN(value)) sum += value;
      into[k]![i] = isKnown ? sum : NaN;
    }
  }
}

/** Steps of an axis of durations, in seconds: what clocks and calendars have. */
export const durationSteps: number[] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000, 864_000, 2_592_000];

/** Steps of a byte axis: powers of two. */
export const byteSteps: number[] = Array.from({ length: 52 }, (_, i) => 2 ** i);

/**
 * The points that a line needs at a resolution: of those that fall into one step of time (a pixel), the first, the lowest, the highest and the
 * last. What is drawn looks the same as with all of them. Steps lie at multiples of the resolution, so that the choice does not flicker when the
 * window glides.
 */
export function outline(times: Float64Array, values: Float64Array, from: number, to: number, resolution: number): number[] {
  const chosen: number[] = [];
  if (!((times[to - 1]! - times[from]!) / resolution < (to - from) / 2)) {
    for (let i = from; i < to; i++) chosen.push(i);
    return chosen;
  }
  for (let i = from; i < to; ) {
    const step = Math.floor(times[i]! / resolution);
    let low = i;
    let high = i;
    let end = i + 1;
    for (; end < to && Math.floor(times[end]! / resolution) === step; end++) {
      if (values[end]! < values[low]!) low = end;
      if (values[end]! > values[high]!) high = end;
    }
    chosen.push(i);
    for (const k of low < high ? [low, high] : [high, low]) if (k !== chosen.at(-1)) chosen.push(k);
    if (end - 1 !== chosen.at(-1)) chosen.push(end - 1);
    i = end;
  }
  return chosen;
}
