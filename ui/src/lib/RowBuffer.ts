/** The newest rows of a stream, bounded: what is beyond the limit goes from the old end, in portions so that adding stays cheap. */
export class RowBuffer<T> {
  #rows: T[] = [];
  #version = 0;
  total = 0;

  constructor(readonly limit: number) {}

  get version(): number {
    return this.#version;
  }

  /** Oldest first. The array is replaced with each change, so that React sees it. */
  get rows(): readonly T[] {
    return this.#rows;
  }

  add(rows: readonly T[]): void {
    if (rows.length === 0) return;
    this.total += rows.length;
    const all = this.#rows.concat(rows);
    this.#rows = all.length > this.limit ? all.slice(all.length - this.limit) : all;
    this.#version++;
  }

  clear(): void {
    this.#rows = [];
    this.total = 0;
    this.#version++;
  }
}
