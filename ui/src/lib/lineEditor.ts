/**
 * A line of the terminal while it is being typed: text, cursor, history and reverse search, with the keys that shells have taught
 * people. Nothing here knows of a screen; the terminal draws what `state` says.
 *
 * Positions are UTF-16 indexes that never stand inside a grapheme: the cursor moves over what the eye takes for one character.
 */
export interface EditorState {
  text: string;
  cursor: number;
  /** Set while Ctrl-R searches. */
  search: { query: string; failed: boolean } | null;
}

export type EditorEvent = 'changed' | 'submit' | 'interrupt' | 'endOfInput' | 'complete' | 'completeBack' | 'clear' | 'none';

const MaxHistory = 1000;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export class LineEditor {
  #text = '';
  #cursor = 0;
  #history: string[];
  /** Place in the history; its length means the line being written. */
  #place: number;
  #draft = '';
  #killed = '';
  #search: { query: string; at: number; failed: boolean; before: string } | null = null;

  constructor(history: readonly string[] = []) {
    this.#history = history.slice(-MaxHistory);
    this.#place = this.#history.length;
  }

  get state(): EditorState {
    return { text: this.#text, cursor: this.#cursor, search: this.#search === null ? null : { query: this.#search.query, failed: this.#search.failed } };
  }

  get history(): readonly string[] {
    return this.#history;
  }

  set(text: string, cursor = text.length): void {
    this.#text = text;
    this.#cursor = cursor;
    this.#search = null;
  }

  insert(text: string): void {
    if (this.#search !== null) {
      this.#search.query += text;
      this.#find(this.#search.at);
      return;
    }

    this.#text = this.#text.slice(0, this.#cursor) + text + this.#text.slice(this.#cursor);
    this.#cursor += text.length;
  }

  /** Replaces what stands between `start` and the cursor: a completion. */
  replaceBefore(start: number, text: string): void {
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(this.#cursor);
    this.#cursor = start + text.length;
  }

  /** Takes the line as entered: it goes into the history unless it repeats the last one or starts with a blank. */
  commit(remember = true): string {
    const line = this.#text;
    if (remember && line.trim() !== '' && !line.startsWith(' ') && this.#history.at(-1) !== line) {
      this.#history.push(line);
      if (this.#history.length > MaxHistory) {
        this.#history.shift();
      }
    }

    this.#place = this.#history.length;
    this.#draft = '';
    this.set('');
    return line;
  }

  abandon(): void {
    this.#place = this.#history.length;
    this.#draft = '';
    this.set('');
  }

  /** One key or escape sequence, as a terminal sends it. */
  key(data: string): EditorEvent {
    if (this.#search !== null) {
      const handled = this.#searchKey(data);
      if (handled !== null) {
        return handled;
      }
    }

    switch (data) {
      case '\r':
      case '\n':
        return 'submit';
      case '\x03':
        return 'interrupt';
      case '\x04':
        return this.#text === '' ? 'endOfInput' : this.#deleteAhead();
      case '\t':
        return 'complete';
      case '\x1b[Z':
        return 'completeBack';
      case '\x0c':
        return 'clear';
      case '\x12':
        this.#search = { query: '', at: this.#history.length, failed: false, before: this.#text };
        return 'changed';
      case '\x7f':
      case '\b':
        return this.#delete(this.#previous(this.#cursor), this.#cursor);
      case '\x1b[3~':
        return this.#deleteAhead();
      case '\x1b[D':
      case '\x02':
        return this.#move(this.#previous(this.#cursor));
      case '\x1b[C':
      case '\x06':
        return this.#move(this.#next(this.#cursor));
      case '\x1b[H':
      case '\x1bOH':
      case '\x1b[1~':
      case '\x01':
        return this.#move(0);
      case '\x1b[F':
      case '\x1bOF':
      case '\x1b[4~':
      case '\x05':
        return this.#move(this.#text.length);
      case '\x1b[1;5D':
      case '\x1b[1;3D':
      case '\x1bb':
        return this.#move(this.#wordBefore());
      case '\x1b[1;5C':
      case '\x1b[1;3C':
      case '\x1bf':
        return this.#move(this.#wordAfter());
      case '\x17':
      case '\x1b\x7f':
        return this.#kill(this.#wordBefore(), this.#cursor);
      case '\x1bd':
        return this.#kill(this.#cursor, this.#wordAfter());
      case '\x15':
        return this.#kill(0, this.#cursor);
      case '\x0b':
        return this.#kill(this.#cursor, this.#text.length);
      case '\x19':
        this.insert(this.#killed);
        return 'changed';
      case '\x14':
        return this.#transpose();
      case '\x1b[A':
      case '\x1bOA':
      case '\x10':
        return this.#recall(-1);
      case '\x1b[B':
      case '\x1bOB':
      case '\x0e':
        return this.#recall(1);
      default:
        // What is left of control characters and escape sequences has no meaning here.
        // eslint-disable-next-line no-control-regex
        if (/^[\x00-\x1f\x7f]/.test(data)) {
          return 'none';
        }

        this.insert(data);
        return 'changed';
    }
  }

  #searchKey(data: string): EditorEvent | null {
    const search = this.#search!;
    switch (data) {
      case '\x12':
        this.#find(search.at - 1);
        return 'changed';
      case '\x03':
      case '\x07':
      case '\x1b':
        this.set(search.before);
        return 'changed';
      case '\x7f':
      case '\b':
        search.query = search.query.slice(0, this.#previousIn(search.query, search.query.length));
        this.#find(this.#history.length - 1);
        return 'changed';
      default:
        // eslint-disable-next-line no-control-regex
        if (/^[\x00-\x1f]/.test(data)) {
          // Any other key takes the line found and then does its own work.
          this.#search = null;
          this.#cursor = this.#text.length;
          return null;
        }

        this.insert(data);
        return 'changed';
    }
  }

  #find(from: number): void {
    const search = this.#search!;
    if (search.query === '') {
      search.failed = false;
      search.at = this.#history.length;
      this.#text = search.before;
      this.#cursor = this.#text.length;
      return;
    }

    for (let at = Math.min(from, this.#history.length - 1); at >= 0; at--) {
      const found = this.#history[at]!.toLowerCase().indexOf(search.query.toLowerCase());
      if (found >= 0) {
        search.at = at;
        search.failed = false;
        this.#text = this.#history[at]!;
        this.#cursor = found;
        return;
      }
    }

    search.failed = true;
  }

  #recall(step: number): EditorEvent {
    const place = this.#place + step;
    if (place < 0 || place > this.#history.length) {
      return 'none';
    }

    if (this.#place === this.#history.length) {
      this.#draft = this.#text;
    }

    this.#place = place;
    this.set(place === this.#history.length ? this.#draft : this.#history[place]!);
    return 'changed';
  }

  #move(to: number): EditorEvent {
    this.#cursor = to;
    return 'changed';
  }

  #deleteAhead(): EditorEvent {
    return this.#delete(this.#cursor, this.#next(this.#cursor));
  }

  #delete(from: number, to: number): EditorEvent {
    this.#text = this.#text.slice(0, from) + this.#text.slice(to);
    this.#cursor = from;
    return 'changed';
  }

  #kill(from: number, to: number): EditorEvent {
    if (to > from) {
      this.#killed = this.#text.slice(from, to);
    }

    return this.#delete(from, to);
  }

  #transpose(): EditorEvent {
    const right = this.#cursor === this.#text.length ? this.#previous(this.#cursor) : this.#cursor;
    const left = this.#previous(right);
    const end = this.#next(right);
    if (left === right) {
      return 'none';
    }

    this.#text = this.#text.slice(0, left) + this.#text.slice(right, end) + this.#text.slice(left, right) + this.#text.slice(end);
    this.#cursor = end;
    return 'changed';
  }

  #previous(index: number): number {
    return this.#previousIn(this.#text, index);
  }

  #previousIn(text: string, index: number): number {
    let last = 0;
    for (const segment of graphemes.segment(text.slice(0, index))) {
      last = segment.index;
    }

    return last;
  }

  #next(index: number): number {
    for (const segment of graphemes.segment(this.#text.slice(index))) {
      return index + segment.segment.length;
    }

    return this.#text.length;
  }

  #wordBefore(): number {
    const before = this.#text.slice(0, this.#cursor);
    return before.replace(/\S+\s*$/, '').length === before.length ? 0 : before.replace(/\S+\s*$/, '').length;
  }

  #wordAfter(): number {
    const match = /^\s*\S+/.exec(this.#text.slice(this.#cursor));
    return match === null ? this.#text.length : this.#cursor + match[0].length;
  }
}

/** Columns that a text takes on a terminal: wide characters take two, combining ones none. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) {
    columns += isWide(segment.codePointAt(0)!) ? 2 : 1;
  }

  return columns;
}

function isWide(code: number): boolean {
  return (
    code >= 0x1100 &&
    (code <= 0x115f ||
      (code >= 0x2e80 && code <= 0xa4cf && code !== 0x303f) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0xffe0 && code <= 0xffe6) ||
      (code >= 0x1f300 && code <= 0x1faff) ||
      (code >= 0x20000 && code <= 0x3fffd))
  );
}
