/*
 * The last N points of many series that share their times.
 *
 * Every column is a mirrored ring: a typed array of twice the capacity, where each value stands at `head` and at `head + capacity`. So the newest N
 * values are always one contiguous piece, and a chart draws from a view of it: no copying, and nothing for the garbage collector.
 * A value that is missing is NaN, which charts draw as a gap. Times are Unix seconds, as uPlot wants them.
 */
export class SeriesRing {
  #head = 0;
  #length = 0;
  readonly #times: Float64Array;
  readonly #columns = new Map<string, Float64Array>();
  #version = 0;

  constructor(readonly capacity: number) {
    this.#times = new Float64Array(2 * capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  get names(): string[] {
    return [...this.#columns.keys()];
  }

  /** The newest time, or NaN. */
  get lastTime(): number {
    return this.#length === 0 ? NaN : this.#times[this.#head + this.capacity - 1]!;
  }

  get firstTime(): number {
    return this.#length === 0 ? NaN : this.#times[this.#head + this.capacity - this.#length]!;
  }

  /** Adds a point. Times must grow; an older one is refused. */
  push(time: number, values: Readonly<Record<string, number | null>>): boolean {
    if (!(time > this.lastTime) && this.#length > 0) return false;
    for (const name in values) this.#column(name);
    this.#write(this.#times, time);
    for (const [name, column] of this.#columns) this.#write(column, values[name] ?? NaN);
    this.#head = (this.#head + 1) % this.capacity;
    this.#length = Math.min(this.#length + 1, this.capacity);
    this.#version++;
    return true;
  }

  times(): Float64Array {
    return this.#view(this.#times);
  }

  /** The values of a series beside `times()`; all NaN when it is unknown. */
  values(name: string): Float64Array {
    return this.#view(this.#column(name));
  }

  last(name: string): number {
    return this.#length === 0 ? NaN : (this.#columns.get(name)?.[this.#head + this.capacity - 1] ?? NaN);
  }

  /** Puts points before, into gaps and after: rows of `older` replace what lies in their span of time. */
  merge(times: readonly number[], series: Readonly<Record<string, readonly (number | null)[]>>): void {
    if (times.length === 0) return;
    const from = times[0]!;
    const to = times.at(-1)!;
    const rows: [number, Record<string, number | null>][] = [];
    const own = this.times();
    const columns = this.names.map((name) => [name, this.values(name).slice()] as const);
    const ownTimes = own.slice();
    const ownRow = (i: number): [number, Record<string, number | null>] => [ownTimes[i]!, Object.fromEntries(columns.map(([name, column]) => [name, column[i]!]))];
    let i = 0;
    for (; i < ownTimes.length && ownTimes[i]! < from; i++) rows.push(ownRow(i));
    for (let k = 0; k < times.length; k++) rows.push([times[k]!, Object.fromEntries(Object.entries(series).map(([name, values]) => [name, values[k] ?? null]))]);
    for (; i < ownTimes.length; i++) if (ownTimes[i]! > to) rows.push(ownRow(i));
    this.clear();
    for (const [time, values] of rows) this.push(time, values);
  }

  clear(): void {
    this.#head = 0;
    this.#length = 0;
    this.#version++;
    for (const column of this.#columns.values()) column.fill(NaN);
  }

  #column(name: string): Float64Array {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = new Float64Array(2 * this.capacity).fill(NaN);
      this.#columns.set(name, column);
    }
    return column;
  }

  #write(column: Float64Array, value: number): void {
    column[this.#head] = value;
    column[this.#head + this.capacity] = value;
  }

  #view(column: Float64Array): Float64Array {
    const end = this.#head + this.capacity;
    return column.subarray(end - this.#length, end);
  }
}
