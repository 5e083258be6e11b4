import { columnsOf } from '@/lib/lineEditor';
import type { Style } from '@/lib/render';
import { painted } from './ansi';

/**
 * The line being typed, drawn over as many rows as it takes.
 *
 * Where rows break is decided here and not by the terminal: a line that ends exactly at the edge leaves a terminal's cursor in a state of
 * its own, and from there no count of rows is right. Each draw begins by going back to the first row of the last one.
 */
export interface Segment {
  text: string;
  style: Style;
}

export interface Drawing {
  /** Prompt and text up to the cursor; the cursor stands behind it. */
  before: readonly Segment[];
  after: readonly Segment[];
  /** Whole lines below: completions. */
  below: readonly (readonly Segment[])[];
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export class PromptLine {
  /** The cursor's row within the last drawing. */
  #cursorRow = 0;

  /** The output that replaces the last drawing by this one. */
  draw(drawing: Drawing, columns: number): string {
    const before = layOut(drawing.before, columns, 0, 0);
    const after = layOut(drawing.after, columns, before.row, before.column);
    let out = `${this.#home()}${before.text}${after.text}`;
    let row = after.row;
    for (const line of drawing.below) {
      out += `\r\n${clipped(line, columns)}`;
      row++;
    }

    if (row > before.row) out += `\x1b[${row - before.row}A`;
    out += '\r';
    if (before.column > 0) out += `\x1b[${before.column}C`;
    this.#cursorRow = before.row;
    return out;
  }

  /** The output that draws a last time, without what helps typing, and leaves the cursor on a fresh row. */
  finish(line: readonly Segment[], columns: number): string {
    const out = `${this.#home()}${layOut(line, columns, 0, 0).text}\r\n`;
    this.#cursorRow = 0;
    return out;
  }

  /** The output that takes the drawing away, for text that comes in between. */
  erase(): string {
    const out = this.#home();
    this.#cursorRow = 0;
    return out;
  }

  #home(): string {
    return `${this.#cursorRow > 0 ? `\x1b[${this.#cursorRow}A` : ''}\r\x1b[J`;
  }
}

function layOut(segments: readonly Segment[], columns: number, row: number, column: number): { text: string; row: number; column: number } {
  let out = '';
  for (const segment of segments) {
    let run = '';
    for (const { segment: grapheme } of graphemes.segment(segment.text)) {
      const width = columnsOf(grapheme);
      if (column + width > columns) {
        run += '\r\n';
        row++;
        column = 0;
      }

      run += grapheme;
      column += width;
    }

    // A break inside a run takes its colour along.
    out += painted(run, segment.style);
  }

  if (column >= columns) {
    out += '\r\n';
    row++;
    column = 0;
  }

  return { text: out, row, column };
}

function clipped(line: readonly Segment[], columns: number): string {
  let left = columns - 1;
  let out = '';
  for (const segment of line) {
    let run = '';
    for (const { segment: grapheme } of graphemes.segment(segment.text)) {
      const width = columnsOf(grapheme);
      if (width > left) {
        left = 0;
        break;
      }

      run += grapheme;
      left -= width;
    }

    out += painted(run, segment.style);
  }

  return out;
}
