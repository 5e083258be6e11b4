import { ConnectionLostError, ReplyError, Status, asList, asNumber, asText, type Argument, type Reply, type RespValue } from '@/api';
import { display, type Bulk } from '@/lib/bytes';
import { completions, hintFor, type CommandTable } from '@/lib/commandDocs';
import { dangerOf, word } from '@/lib/danger';
import { formatMicros } from '@/lib/format';
import { LineEditor, type EditorEvent } from '@/lib/lineEditor';
import { splitArguments } from '@/lib/quoting';
import { renderReply, withoutControls, type Style } from '@/lib/render';
import { pastedLines, splitInput } from '@/lib/terminalKeys';
import { painted, paintLines } from './ansi';
import { CompletionMenu } from './completionMenu';
import { helpText } from './help';
import { PromptLine, type Segment } from './promptLine';
import { renderPush } from './pushes';
import { isSecret, masked } from './secrets';

/** What a session needs from the screen. */
export interface Screen {
  readonly columns: number;
  write(text: string): void;
  clear(): void;
  /** Calls back when it is time to show what has gathered; in a browser, the next frame. */
  schedule(callback: () => void): void;
}

export interface SessionConnection {
  runTimed(args: readonly Argument[], options: { channel: string }): Promise<Reply>;
  closeChannel(channel: string): void;
  onPush(channel: string, listener: (value: RespValue) => void): () => void;
  onChannelClosed(channel: string, listener: (reason: string) => void): () => void;
}

export interface SessionOptions {
  channel: string;
  /** The server's name in the prompt, and what is left of it on a narrow screen. */
  name: string;
  shortName: string;
  history: readonly string[];
  saveHistory(lines: readonly string[]): void;
  /** The table of commands once it is there. */
  commands(): CommandTable | null;
}

/** Messages shown per frame; of what is more, the newest are shown and the rest is counted. */
const MaxPushesPerFrame = 60;
const MaxRepeats = 1000;
const NarrowColumns = 60;
/** Replies that took longer say so. */
const SlowUs = 5000;

type Mode = { kind: 'prompt' } | { kind: 'running' } | { kind: 'asking'; args: Bulk[] } | { kind: 'monitoring' } | { kind: 'subscribed' };

/**
 * One terminal: a line editor on a screen, talking to an engine session of its own.
 *
 * It knows what a prompt must show (database, open transaction), and keeps out of the way otherwise: what is typed is sent as it is, and
 * what comes back is laid out as redis-cli does. Commands that deserve a second thought are asked about first.
 */
export class TerminalSession {
  readonly #screen: Screen;
  readonly #connection: SessionConnection;
  readonly #options: SessionOptions;
  readonly #editor: LineEditor;
  readonly #prompt = new PromptLine();
  readonly #stop: (() => void)[];
  #mode: Mode = { kind: 'prompt' };
  #db = 0;
  #inTransaction = false;
  /** What a SELECT inside the open transaction will have chosen once EXEC has run. */
  #queuedDb: number | null = null;
  #subscriptions = 0;
  /** Grows with each command; a command that was given up finds another number here. */
  #execution = 0;
  #waitingLines: string[] = [];
  #completion: CompletionMenu | null = null;
  #pushes: RespValue[] = [];
  #skippedPushes = 0;
  #isPushScheduled = false;
  /** Set when we closed the channel ourselves: its end is no news then. */
  #isClosing = false;
  /** The engine session is new and must be told the database before the next command. */
  #mustSelect = false;

  constructor(screen: Screen, connection: SessionConnection, options: SessionOptions) {
    this.#screen = screen;
    this.#connection = connection;
    this.#options = options;
    this.#editor = new LineEditor(options.history);
    this.#stop = [
      connection.onPush(options.channel, (value) => this.#onPush(value)),
      connection.onChannelClosed(options.channel, (reason) => this.#onClosed(reason)),
    ];
  }

  start(): void {
    this.#draw();
  }

  dispose(): void {
    this.#stop.forEach((stop) => stop());
    this.#isClosing = true;
    this.#connection.closeChannel(this.#options.channel);
  }

  get promptText(): string {
    if (this.#mode.kind === 'asking') return 'Type yes to go on: ';
    const { name, shortName } = this.#options;
    return `${this.#screen.columns < NarrowColumns ? shortName : name}${this.#db === 0 ? '' : `[${this.#db}]`}${this.#inTransaction ? '(TX)' : ''}> `;
  }

  /** Everything that the terminal sends comes in here. */
  input(data: string): void {
    for (const part of splitInput(data)) {
      if (part.kind === 'paste') this.#paste(part.text);
      else this.#key(part.data);
    }
  }

  /** Puts a line up for editing, as if it had been typed. */
  offer(line: string): void {
    this.#editor.set(line);
    this.#completion = null;
    this.#draw();
  }

  redraw(): void {
    if (this.#mode.kind !== 'running') this.#draw();
  }

  clear(): void {
    this.#screen.clear();
    this.#prompt.erase();
    this.#draw();
  }

  #key(data: string): void {
    if (this.#mode.kind === 'running') {
      // What is typed meanwhile waits for its turn.
      if (data === '\x03') this.#giveUp();
      else if (data === '\r') this.#waitingLines.push(this.#editor.commit());
      else this.#editor.key(data);
      return;
    }

    if (this.#mode.kind === 'monitoring') {
      if (data === '\x03' || data === 'q') this.#endMonitor();
      return;
    }

    const completing = this.#completion;
    if (completing !== null && data !== '\t' && data !== '\x1b[Z') {
      this.#completion = null;
      if (data === '\x1b') {
        this.#editor.set(completing.original);
        this.#draw();
        return;
      }
    }

    this.#handle(this.#editor.key(data));
  }

  #handle(event: EditorEvent): void {
    switch (event) {
      case 'submit':
        this.#submit();
        break;
      case 'interrupt':
        this.#interrupt();
        break;
      case 'complete':
        this.#complete(1);
        break;
      case 'completeBack':
        this.#complete(-1);
        break;
      case 'clear':
        this.clear();
        break;
      case 'endOfInput':
        if (this.#mode.kind === 'subscribed') this.#interrupt();
        break;
      case 'changed':
        this.#draw();
        break;
      case 'none':
        break;
    }
  }

  #paste(text: string): void {
    if (this.#mode.kind === 'monitoring') return;
    const { run, rest } = pastedLines(text);
    this.#completion = null;
    if (run.length === 0) {
      this.#editor.insert(rest);
      this.redraw();
      return;
    }

    this.#editor.insert(run[0]!);
    this.#waitingLines.push(...run.slice(1));
    if (this.#mode.kind === 'running') {
      this.#waitingLines.unshift(this.#editor.commit());
    } else {
      this.#submit();
    }

    // What follows the last line break waits as a line of its own, to be looked at first.
    if (rest !== '') this.#editor.insert(rest);
    this.redraw();
  }

  #submit(): void {
    const mode = this.#mode;
    if (mode.kind === 'asking') {
      const answer = this.#editor.state.text.trim().toLowerCase();
      this.#write(this.#prompt.finish([{ text: this.promptText + this.#editor.state.text, style: 'error' }], this.#screen.columns));
      this.#editor.abandon();
      this.#mode = { kind: 'prompt' };
      if (answer === 'yes') {
        void this.#execute(mode.args, 1);
      } else {
        this.#waitingLines = [];
        this.#write(painted('Not run.', 'note') + '\r\n');
        this.#draw();
      }

      return;
    }

    const line = this.#editor.state.text;
    this.#write(this.#prompt.finish(this.#typedSegments(line, false), this.#screen.columns));
    this.#editor.commit(!isSecret(line));
    this.#options.saveHistory(this.#editor.history);
    void this.#runLine(line);
  }

  async #runLine(line: string): Promise<void> {
    const split = splitArguments(line);
    if (!split.ok) {
      this.#write(`${painted(split.error, 'error')}\r\n`);
      this.#next();
      return;
    }

    let args = split.args;
    let repeats = 1;
    if (args.length > 1 && typeof args[0] === 'string' && /^[1-9]\d{0,5}$/.test(args[0])) {
      repeats = Math.min(MaxRepeats, Number(args[0]));
      args = args.slice(1);
    }

    if (args.length === 0 || this.#runLocally(args)) {
      this.#next();
      return;
    }

    const danger = dangerOf(args);
    if (danger !== null && (await this.#isWorthAsking(danger.onlyAbove))) {
      this.#write(`${painted(danger.what, 'error')}\r\n`);
      this.#mode = { kind: 'asking', args };
      this.#draw();
      return;
    }

    await this.#execute(args, repeats);
  }

  async #isWorthAsking(above: number | undefined): Promise<boolean> {
    if (above === undefined) return true;
    this.#mode = { kind: 'running' };
    try {
      await this.#selectIfNew();
      return asNumber((await this.#run(['DBSIZE'])).value) > above;
    } catch {
      return false;
    } finally {
      this.#mode = { kind: 'prompt' };
    }
  }

  /** Commands that are the terminal's own. */
  #runLocally(args: readonly Bulk[]): boolean {
    switch (word(args[0])) {
      case 'CLEAR':
        this.#screen.clear();
        return true;
      case 'HELP':
      case '?':
        this.#write(helpText(args.slice(1).map((a) => display(a).toUpperCase()), this.#options.commands()));
        return true;
      case 'HISTORY':
        this.#write(this.#editor.history.map((line, i) => `${painted(String(i + 1).padStart(5), 'index')}  ${withoutControls(line)}\r\n`).join(''));
        return true;
      default:
        return false;
    }
  }

  async #execute(args: readonly Bulk[], repeats: number): Promise<void> {
    const name = word(args[0]);
    if (name === 'MONITOR') {
      await this.#startMonitor();
      return;
    }

    this.#mode = { kind: 'running' };
    const execution = ++this.#execution;
    for (let i = 0; i < repeats; i++) {
      try {
        await this.#selectIfNew();
        const reply = await this.#run(args);
        if (execution !== this.#execution) return;
        this.#note(name, args, reply.value);
        this.#flushPushes();
        if (!isSubscribing(name)) this.#showReply(reply);
      } catch (error) {
        if (execution !== this.#execution) return;
        this.#showError(error);
        if (this.#inTransaction && name === 'EXEC') this.#inTransaction = false;
        break;
      }
    }

    this.#mode = this.#subscriptions > 0 ? { kind: 'subscribed' } : { kind: 'prompt' };
    this.#next();
  }

  async #run(args: readonly Argument[]): Promise<Reply> {
    const reply = await this.#connection.runTimed(args, { channel: this.#options.channel });
    // A new session answers: whatever ends from now on is news.
    this.#isClosing = false;
    return reply;
  }

  /** The way out of a command that waits (BLPOP, XREAD BLOCK): its session ends, and a new one takes its place. */
  #giveUp(): void {
    this.#execution++;
    this.#waitingLines = [];
    this.#isClosing = true;
    this.#connection.closeChannel(this.#options.channel);
    this.#inTransaction = false;
    this.#subscriptions = 0;
    this.#mustSelect = this.#db !== 0;
    this.#mode = { kind: 'prompt' };
    this.#write(`^C\r\n${painted('Its session was closed; the next command begins a new one.', 'note')}\r\n`);
    this.#draw();
  }

  async #selectIfNew(): Promise<void> {
    if (!this.#mustSelect) return;
    this.#mustSelect = false;
    await this.#run(['SELECT', this.#db]);
  }

  /** What a command that went well means for the prompt. */
  #note(name: string, args: readonly Bulk[], reply: RespValue): void {
    const isQueued = reply instanceof Status && reply.text === 'QUEUED';
    if (isQueued) {
      if (name === 'SELECT') this.#queuedDb = Number(args[1]);
      return;
    }

    switch (name) {
      case 'SELECT':
        this.#db = Number(args[1]);
        break;
      case 'MULTI':
        this.#inTransaction = true;
        this.#queuedDb = null;
        break;
      case 'EXEC':
        this.#inTransaction = false;
        if (reply !== null && this.#queuedDb !== null) this.#db = this.#queuedDb;
        break;
      case 'DISCARD':
        this.#inTransaction = false;
        break;
      case 'RESET':
        this.#inTransaction = false;
        this.#db = 0;
        this.#subscriptions = 0;
        break;
      default:
        break;
    }
  }

  #showReply(reply: Reply): void {
    const slow = reply.us >= SlowUs ? `${painted(`(${formatMicros(reply.us)})`, 'note')}\r\n` : '';
    this.#write(`${paintLines(renderReply(reply.value))}\r\n${slow}`);
  }

  #showError(error: unknown): void {
    if (error instanceof ReplyError) {
      this.#write(`${painted(`(error) ${withoutControls(error.message)}`, 'error')}\r\n`);
    } else if (error instanceof ConnectionLostError) {
      this.#write(`${painted(`${error.message} Whether the command ran is unknown.`, 'error')}\r\n`);
    } else {
      this.#write(`${painted(error instanceof Error ? error.message : String(error), 'error')}\r\n`);
    }
  }

  async #startMonitor(): Promise<void> {
    this.#mode = { kind: 'running' };
    try {
      await this.#selectIfNew();
      const reply = await this.#run(['MONITOR']);
      this.#mode = { kind: 'monitoring' };
      this.#write(`${paintLines(renderReply(reply.value))}\r\n${painted('Every command of the server shows here. Ctrl-C ends it.', 'note')}\r\n`);
    } catch (error) {
      this.#showError(error);
      this.#mode = { kind: 'prompt' };
      this.#next();
    }
  }

  #endMonitor(): void {
    // A monitoring session does nothing else any more: a new one takes its place.
    this.#isClosing = true;
    this.#connection.closeChannel(this.#options.channel);
    this.#mustSelect = this.#db !== 0;
    this.#mode = { kind: 'prompt' };
    this.#pushes = [];
    this.#skippedPushes = 0;
    this.#write('^C\r\n');
    this.#draw();
  }

  #interrupt(): void {
    this.#waitingLines = [];
    const text = this.#editor.state.text;
    if (this.#mode.kind === 'asking') {
      this.#mode = { kind: 'prompt' };
    }

    this.#write(this.#prompt.finish([...this.#typedSegments(text, false), { text: '^C', style: 'note' }], this.#screen.columns));
    this.#editor.abandon();
    if (this.#mode.kind === 'subscribed' && text === '') {
      void this.#unsubscribe();
      return;
    }

    this.#draw();
  }

  async #unsubscribe(): Promise<void> {
    this.#mode = { kind: 'running' };
    // Their confirmations are pushes; there is no reply to wait for.
    for (const command of ['UNSUBSCRIBE', 'PUNSUBSCRIBE', 'SUNSUBSCRIBE']) {
      await this.#run([command]).catch(() => undefined);
    }

    this.#flushPushes();
    this.#subscriptions = 0;
    this.#mode = { kind: 'prompt' };
    this.#next();
  }

  #onPush(value: RespValue): void {
    const items = asList(value);
    const kind = asText(items[0]);
    if (/^[ps]?(un)?subscribe$/.test(kind)) {
      this.#subscriptions = asNumber(items[2]) || 0;
      if (this.#mode.kind === 'prompt' && this.#subscriptions > 0) this.#mode = { kind: 'subscribed' };
      else if (this.#mode.kind === 'subscribed' && this.#subscriptions === 0) this.#mode = { kind: 'prompt' };
    }

    this.#pushes.push(value);
    if (this.#pushes.length > MaxPushesPerFrame) {
      this.#pushes.shift();
      this.#skippedPushes++;
    }

    if (!this.#isPushScheduled) {
      this.#isPushScheduled = true;
      this.#screen.schedule(() => {
        this.#isPushScheduled = false;
        this.#flushPushes();
      });
    }
  }

  #flushPushes(): void {
    if (this.#pushes.length === 0) return;
    let out = this.#mode.kind === 'prompt' || this.#mode.kind === 'subscribed' || this.#mode.kind === 'asking' ? this.#prompt.erase() : '';
    if (this.#skippedPushes > 0) out += `${painted(`… ${this.#skippedPushes.toLocaleString('en')} messages not shown: too many at once`, 'note')}\r\n`;
    for (const push of this.#pushes) out += `${renderPush(push)}\r\n`;
    this.#pushes = [];
    this.#skippedPushes = 0;
    this.#write(out);
    if (this.#mode.kind !== 'running' && this.#mode.kind !== 'monitoring') this.#draw();
  }

  #onClosed(reason: string): void {
    if (this.#isClosing) {
      this.#isClosing = false;
      return;
    }

    const hadState = this.#inTransaction || this.#subscriptions > 0 || this.#mode.kind === 'monitoring';
    this.#inTransaction = false;
    this.#subscriptions = 0;
    this.#mustSelect = this.#db !== 0;
    if (this.#mode.kind === 'running') return;
    this.#mode = { kind: 'prompt' };
    this.#flushPushes();
    this.#write(
      `${this.#prompt.erase()}${painted(`The session ended: ${reason}${hadState ? ' Its transaction or subscriptions are gone.' : ''} The next command begins a new one.`, 'note')}\r\n`,
    );
    this.#draw();
  }

  /** Goes on with pasted lines, or back to the prompt. */
  #next(): void {
    const line = this.#waitingLines.shift();
    if (line === undefined) {
      this.#draw();
      return;
    }

    this.#write(this.#prompt.finish(this.#typedSegments(line, false), this.#screen.columns));
    void this.#runLine(line);
  }

  #complete(step: number): void {
    const table = this.#options.commands();
    if (table === null || this.#mode.kind === 'asking') return;
    if (this.#completion !== null) {
      this.#completion.move(step);
      this.#editor.replaceBefore(this.#completion.start, this.#completion.chosen);
      this.#draw();
      return;
    }

    const { text, cursor } = this.#editor.state;
    const before = text.slice(0, cursor);
    const start = before.search(/\S*$/);
    const words = before.slice(0, start).split(/\s+/).filter(Boolean);
    const items = completions(words, before.slice(start), table);
    if (items.length === 0) return;
    if (items.length === 1) {
      this.#editor.replaceBefore(start, `${items[0]!.text} `);
    } else {
      this.#completion = new CompletionMenu(items, step, start, text);
      this.#editor.replaceBefore(start, this.#completion.chosen);
    }

    this.#draw();
  }

  #draw(): void {
    if (this.#mode.kind === 'monitoring') return;
    const { text, cursor, search } = this.#editor.state;
    if (search !== null) {
      const before = this.#typedSegments(text.slice(0, cursor), true);
      before[0] = { text: `(${search.failed ? 'no match' : 'search'} ‘${search.query}’) `, style: search.failed ? 'error' : 'note' };
      this.#write(this.#prompt.draw({ before, after: [{ text: text.slice(cursor), style: 'plain' }], below: [] }, this.#screen.columns));
      return;
    }

    const after: Segment[] = [{ text: text.slice(cursor), style: 'plain' }];
    if (cursor === text.length && this.#completion === null) after.push({ text: this.#hint(text), style: 'note' });
    this.#write(this.#prompt.draw({ before: this.#typedSegments(text.slice(0, cursor), true), after, below: this.#completion?.lines() ?? [] }, this.#screen.columns));
  }

  #typedSegments(text: string, isEditing: boolean): Segment[] {
    const style: Style = this.#mode.kind === 'asking' ? 'error' : this.#inTransaction ? 'status' : 'key';
    return [
      { text: this.promptText, style },
      { text: isEditing ? text : masked(text), style: 'plain' },
    ];
  }

  #hint(text: string): string {
    const table = this.#options.commands();
    if (table === null || text.trim() === '' || this.#mode.kind === 'asking') return '';
    const words = text.split(/\s+/).filter(Boolean);
    const hint = hintFor(words, /\s$/.test(text), table);
    // A hint that wraps makes the screen jump; one row is enough to remember by.
    const room = this.#screen.columns - ((this.promptText.length + text.length) % this.#screen.columns) - 2;
    return hint.length > room ? (room > 8 ? `${hint.slice(0, room - 1)}…` : '') : hint;
  }

  #write(text: string): void {
    if (text !== '') this.#screen.write(text);
  }
}

function isSubscribing(name: string): boolean {
  return /^[PS]?(UN)?SUBSCRIBE$/.test(name);
}

