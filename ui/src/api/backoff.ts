/** Waits between attempts: twice as long each time, a quarter of it by chance so that many browsers don't return at the same moment. */
export class Backoff {
  #attempt = 0;

  constructor(
    private readonly firstMs = 400,
    private readonly longestMs = 10_000,
    private readonly random: () => number = Math.random,
  ) {}

  get attempt(): number {
    return this.#attempt;
  }

  nextMs(): number {
    const full = Math.min(this.longestMs, this.firstMs * 2 ** this.#attempt++);
    return Math.round(full * (0.75 + 0.25 * this.random()));
  }

  reset(): void {
    this.#attempt = 0;
  }
}
