import { completions, hintFor, type CommandTable } from '@/lib/commandDocs';
import type { LineEditor } from '@/lib/lineEditor';
import type { Style } from '@/lib/render';
import { CompletionMenu } from './completionMenu';
import { PromptLine, type Segment } from './promptLine';
import { masked } from './secrets';

/** How the line stands: what is before the typed text, and whether the typed text is a command at all. */
export interface InputLook {
  prompt: string;
  promptStyle: Style;
  /** An answer to a question is neither completed nor explained. */
  isCommand: boolean;
}

/** The line at which one types: the prompt, what was typed, a hint how it goes on, and the menu of completions below. */
export class InputLine {
  readonly #prompt = new PromptLine();
  #menu: CompletionMenu | null = null;

  constructor(
    private readonly editor: LineEditor,
    private readonly commands: () => CommandTable | null,
    private readonly columns: () => number,
  ) {}

  /** Closes the menu. With `restore` the text is as it was before it opened; says whether there was a menu to close. */
  closeMenu(restore = false): boolean {
    const menu = this.#menu;
    this.#menu = null;
    if (menu !== null && restore) this.editor.set(menu.original);
    return menu !== null;
  }

  complete(step: number): boolean {
    const table = this.commands();
    if (table === null) return false;
    if (this.#menu !== null) {
      this.#menu.move(step);
      this.editor.replaceBefore(this.#menu.start, this.#menu.chosen);
      return true;
    }

    const { text, cursor } = this.editor.state;
    const before = text.slice(0, cursor);
    const start = before.search(/\S*$/);
    const words = before.slice(0, start).split(/\s+/).filter(Boolean);
    const items = completions(words, before.slice(start), table);
    if (items.length === 0) return false;
    if (items.length === 1) {
      this.editor.replaceBefore(start, `${items[0]!.text} `);
    } else {
      this.#menu = new CompletionMenu(items, step, start, text);
      this.editor.replaceBefore(start, this.#menu.chosen);
    }

    return true;
  }

  /** The line as it is being edited. */
  draw(look: InputLook): string {
    const { text, cursor, search } = this.editor.state;
    const after: Segment[] = [{ text: text.slice(cursor), style: 'plain' }];
    const typed: Segment = { text: text.slice(0, cursor), style: 'plain' };
    if (search !== null) {
      const label: Segment = { text: `(${search.failed ? 'no match' : 'search'} ‘${search.query}’) `, style: search.failed ? 'error' : 'note' };
      return this.#prompt.draw({ before: [label, typed], after, below: [] }, this.columns());
    }

    if (cursor === text.length && this.#menu === null && look.isCommand) after.push({ text: this.#hint(text, look.prompt), style: 'note' });
    return this.#prompt.draw({ before: [{ text: look.prompt, style: look.promptStyle }, typed], after, below: this.#menu?.lines() ?? [] }, this.columns());
  }

  /** The line as it stays on the screen, secrets hidden, with more behind it. */
  finish(look: InputLook, text: string, ...more: Segment[]): string {
    return this.#prompt.finish([{ text: look.prompt, style: look.promptStyle }, { text: look.isCommand ? masked(text) : text, style: look.isCommand ? 'plain' : look.promptStyle }, ...more], this.columns());
  }

  erase(): string {
    return this.#prompt.erase();
  }

  #hint(text: string, prompt: string): string {
    const table = this.commands();
    if (table === null || text.trim() === '') return '';
    const words = text.split(/\s+/).filter(Boolean);
    const hint = hintFor(words, /\s$/.test(text), table);
    // A hint that wraps makes the screen jump; one row is enough to remember by.
    const room = this.columns() - ((prompt.length + text.length) % this.columns()) - 2;
    return hint.length > room ? (room > 8 ? `${hint.slice(0, room - 1)}…` : '') : hint;
  }
}
