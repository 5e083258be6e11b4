import { BigNumber, Double, ErrorValue, RespMap, RespSet, Status, Verbatim, type RespValue } from '@/api/value';
import { byteLength, fromBytes, toBytes, type Bulk } from './bytes';
import { quote, quoteReadable } from './quoting';

/**
 * Replies as text, laid out the way redis-cli lays them out on a terminal, so that what people read there reads the same here.
 *
 * The output is lines of coloured pieces, and stops at a limit: a reply of a
 * million elements must neither freeze the page nor flood the scroll-back.
 */
export type Style = 'plain' | 'string' | 'number' | 'nil' | 'error' | 'status' | 'index' | 'note' | 'key';

export interface RenderOptions {
  /** Lines after which the rest is only counted. */
  maxLines: number;
  /** Bytes of one string after which it is cut. */
  maxStringBytes: number;
  /** Strings exactly as redis-cli prints them: everything beyond ASCII as \x escapes. */
  escapeNonAscii: boolean;
}

export const DefaultRenderOptions: RenderOptions = { maxLines: 2000, maxStringBytes: 16384, escapeNonAscii: false };

export type Piece = { text: string; style: Style };

/** Renders a reply into lines of coloured pieces. */
export function renderReply(value: RespValue, options: Partial<RenderOptions> = {}): Piece[][] {
  const renderer = new Renderer({ ...DefaultRenderOptions, ...options });
  renderer.value(value, '');
  return renderer.finish();
}

/** The same without colours. */
export function renderPlain(value: RespValue, options: Partial<RenderOptions> = {}): string {
  return renderReply(value, options)
    .map((line) => line.map((piece) => piece.text).join(''))
    .join('\n');
}

class Renderer {
  readonly #lines: Piece[][] = [[]];
  readonly #options: RenderOptions;
  #skipped = 0;

  constructor(options: RenderOptions) {
    this.#options = options;
  }

  finish(): Piece[][] {
    if (this.#skipped > 0) {
      this.#lines.push([{ text: `… ${this.#skipped.toLocaleString('en')} more ${this.#skipped === 1 ? 'value' : 'values'} not shown`, style: 'note' }]);
    }

    return this.#lines;
  }

  /** `prefix` is the indentation that a value's second and later lines start with. */
  value(value: RespValue, prefix: string): void {
    if (value === null) {
      this.#put('(nil)', 'nil');
    } else if (typeof value === 'string' || value instanceof Uint8Array) {
      this.#string(value);
    } else if (typeof value === 'number' || typeof value === 'bigint') {
      this.#put('(integer) ', 'note');
      this.#put(String(value), 'number');
    } else if (typeof value === 'boolean') {
      this.#put(value ? '(true)' : '(false)', 'number');
    } else if (Array.isArray(value)) {
      this.#sequence(value, ')', '(empty array)', prefix);
    } else if (value instanceof Status) {
      this.#text(value.text, 'status', prefix);
    } else if (value instanceof ErrorValue) {
      this.#text(`(error) ${value.message}`, 'error', prefix);
    } else if (value instanceof Double) {
      this.#put('(double) ', 'note');
      this.#put(value.text, 'number');
    } else if (value instanceof BigNumber) {
      this.#put('(big number) ', 'note');
      this.#put(value.text, 'number');
    } else if (value instanceof Verbatim) {
      this.#text(value.text, 'plain', '');
    } else if (value instanceof RespSet) {
      this.#sequence(value.items, '~', '(empty set)', prefix);
    } else {
      this.#map(value.entries, prefix);
    }
  }

  #sequence(items: readonly RespValue[], mark: string, whenEmpty: string, prefix: string): void {
    if (items.length === 0) {
      this.#put(whenEmpty, 'nil');
      return;
    }

    const width = String(items.length).length;
    const inner = prefix + ' '.repeat(width + 2);
    for (let i = 0; i < items.length; i++) {
      if (this.#full()) {
        this.#skipped += items.length - i;
        return;
      }

      if (i > 0) {
        this.#newLine(prefix);
      }

      this.#put(`${String(i + 1).padStart(width)}${mark} `, 'index');
      this.value(items[i]!, inner);
    }
  }

  #map(entries: readonly (readonly [RespValue, RespValue])[], prefix: string): void {
    if (entries.length === 0) {
      this.#put('(empty hash)', 'nil');
      return;
    }

    const width = String(entries.length).length;
    const inner = prefix + ' '.repeat(width + 2);
    for (let i = 0; i < entries.length; i++) {
      if (this.#full()) {
        this.#skipped += entries.length - i;
        return;
      }

      if (i > 0) {
        this.#newLine(prefix);
      }

      const [key, value] = entries[i]!;
      this.#put(`${String(i + 1).padStart(width)}# `, 'index');
      this.value(key, inner);
      this.#put(' => ', 'index');
      if (spansLines(value)) {
        this.#newLine(inner);
      }

      this.value(value, inner);
    }
  }

  #string(value: Bulk): void {
    const limit = this.#options.maxStringBytes;
    const length = typeof value === 'string' && value.length * 3 <= limit ? 0 : byteLength(value);
    const cut = length > limit ? cutBulk(value, limit) : value;
    this.#put(this.#options.escapeNonAscii ? quote(cut) : quoteReadable(cut), 'string');
    if (cut !== value) {
      this.#put(` … ${(length - limit).toLocaleString('en')} more bytes`, 'note');
    }
  }

  /** Text with line breaks of its own (statuses, verbatim strings). Control characters can't reach the terminal from here. */
  #text(text: string, style: Style, prefix: string): void {
    const lines = text.split(/\r?\n/);
    if (lines.length > 1 && lines.at(-1) === '') {
      lines.pop();
    }

    lines.forEach((line, i) => {
      if (i > 0) {
        if (this.#full()) {
          this.#skipped++;
          return;
        }

        this.#newLine(prefix);
      }

      this.#put(withoutControls(line), style);
    });
  }

  #put(text: string, style: Style): void {
    this.#lines.at(-1)!.push({ text, style });
  }

  #newLine(prefix: string): void {
    this.#lines.push(prefix === '' ? [] : [{ text: prefix, style: 'plain' }]);
  }

  #full(): boolean {
    return this.#lines.length >= this.#options.maxLines;
  }
}

/** Escape sequences inside data would be obeyed by the terminal; only tabs pass. */
export function withoutControls(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function cutBulk(value: Bulk, limit: number): Bulk {
  const bytes = toBytes(value);
  if (typeof value !== 'string') {
    return bytes.slice(0, limit);
  }

  // Back to the start of the character that the limit cuts through.
  let end = limit;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) {
    end--;
  }

  return fromBytes(bytes.slice(0, end));
}

/** Whether an aggregate takes more than one line; a map's value then starts on a line of its own. */
function spansLines(value: RespValue): boolean {
  if (value instanceof RespSet) {
    return spansLines(value.items);
  }

  if (value instanceof RespMap) {
    return value.entries.length > 1 || (value.entries.length === 1 && spansLines(value.entries[0]![1]));
  }

  return Array.isArray(value) && (value.length > 1 || (value.length === 1 && spansLines(value[0]!)));
}
