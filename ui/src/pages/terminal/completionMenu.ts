import type { Completion } from '@/lib/commandDocs';
import type { Segment } from './promptLine';

const MaxShown = 8;

/** Several completions of one word, one of which stands in the line. */
export class CompletionMenu {
  readonly #items: readonly Completion[];
  /** Where the completed word begins, and the line as it was before. */
  readonly start: number;
  readonly original: string;
  #at: number;

  constructor(items: readonly Completion[], step: number, start: number, original: string) {
    this.#items = items;
    this.#at = step > 0 ? 0 : items.length - 1;
    this.start = start;
    this.original = original;
  }

  get chosen(): string {
    return this.#items[this.#at]!.text;
  }

  move(step: number): void {
    this.#at = (this.#at + step + this.#items.length) % this.#items.length;
  }

  lines(): Segment[][] {
    const first = Math.max(0, Math.min(this.#at - Math.floor(MaxShown / 2), this.#items.length - MaxShown));
    const shown = this.#items.slice(first, first + MaxShown);
    const width = Math.max(...shown.map((item) => item.text.length));
    const lines: Segment[][] = shown.map((item, i) => [
      { text: first + i === this.#at ? '› ' : '  ', style: 'key' },
      { text: item.text.padEnd(width + 2), style: first + i === this.#at ? 'key' : 'plain' },
      { text: item.help.replace(/\s+/g, ' '), style: 'note' },
    ]);
    if (this.#items.length > shown.length) lines.push([{ text: `  ${this.#at + 1} of ${this.#items.length}`, style: 'note' }]);
    return lines;
  }
}
