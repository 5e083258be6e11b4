import { asNumber, type Argument, type Reply, type RespValue } from '@/api';
import { display, type Bulk } from '@/lib/bytes';
import { dangerOf, word } from '@/lib/danger';
import { LineEditor, type EditorEvent } from '@/lib/lineEditor';
import { splitArguments } from '@/lib/quoting';
import { renderReply } from '@/lib/render';
import { pastedLines, splitInput } from '@/lib/terminalKeys';
import { painted, paintLines } from './ansi';
import type { Screen, SessionConnection, SessionOptions } from './contracts';
import { EngineState } from './engineState';
import { helpText } from './help';
import { InputLine, type InputLook } from './inputLine';
import { errorText, historyText, replyText } from './outputs';
import { renderPush } from './pushes';
import { PushQueue } from './pushQueue';
import { isSecret } from './secrets';

const MaxRepeats = 1000;
const NarrowColumns = 60;

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
  readonly #line: InputLine;
  readonly #engine = new EngineState();
  readonly #pushes: PushQueue;
  readonly #stop: (() => void)[];
  #mode: Mode = { kind: 'prompt' };
  /** Grows with each command; a command that was given up finds another number here. */
  #execution = 0;
  #waitingLines: string[] = [];
  /** Set when we closed the channel ourselves: its end is no news then. */
  #isClosing = false;

  constructor(screen: Screen, connection: SessionConnection, options: SessionOptions) {
    this.#screen = screen;
    this.#connection = connection;
    this.#options = options;
    this.#editor = new LineEditor(options.history);
    this.#line = new InputLine(this.#editor, () => options.commands(), () => screen.columns);
    this.#pushes = new PushQueue((callback) => screen.schedule(callback), () => this.#flushPushes());
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
    return `${this.#screen.columns < NarrowColumns ? shortName : name}${this.#engine.mark}> `;
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
    this.#line.closeMenu();
    this.#draw();
  }

  redraw(): void {
    if (this.#mode.kind !== 'running') this.#draw();
  }

  clear(): void {
    this.#screen.clear();
    this.#line.erase();
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

    // Escape gives up what the menu has put in; every other key takes it.
    if (data !== '\t' && data !== '\x1b[Z' && this.#line.closeMenu(data === '\x1b') && data === '\x1b') {
      this.#draw();
      return;
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
    this.#line.closeMenu();
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
      this.#write(this.#line.finish(this.#look, this.#editor.state.text));
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
    this.#write(this.#line.finish(this.#look, line));
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
    const name = word(args[0]);
    if (name === 'CLEAR') this.#screen.clear();
    else if (name === 'HELP' || name === '?') this.#write(helpText(args.slice(1).map((a) => display(a).toUpperCase()), this.#options.commands()));
    else if (name === 'HISTORY') this.#write(historyText(this.#editor.history));
    else return false;
    return true;
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
        this.#engine.note(name, args, reply.value);
        this.#flushPushes();
        if (!isSubscribing(name)) this.#write(replyText(reply));
      } catch (error) {
        if (execution !== this.#execution) return;
        this.#write(errorText(error));
        if (name === 'EXEC') this.#engine.inTransaction = false;
        break;
      }
    }

    this.#mode = this.#engine.subscriptions > 0 ? { kind: 'subscribed' } : { kind: 'prompt' };
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
    this.#engine.end();
    this.#mode = { kind: 'prompt' };
    this.#write(`^C\r\n${painted('Its session was closed; the next command begins a new one.', 'note')}\r\n`);
    this.#draw();
  }

  async #selectIfNew(): Promise<void> {
    if (!this.#engine.mustSelect) return;
    this.#engine.mustSelect = false;
    await this.#run(['SELECT', this.#engine.db]);
  }

  async #startMonitor(): Promise<void> {
    this.#mode = { kind: 'running' };
    try {
      await this.#selectIfNew();
      const reply = await this.#run(['MONITOR']);
      this.#mode = { kind: 'monitoring' };
      this.#write(`${paintLines(renderReply(reply.value))}\r\n${painted('Every command of the server shows here. Ctrl-C ends it.', 'note')}\r\n`);
    } catch (error) {
      this.#write(errorText(error));
      this.#mode = { kind: 'prompt' };
      this.#next();
    }
  }

  #endMonitor(): void {
    // A monitoring session does nothing else any more: a new one takes its place.
    this.#isClosing = true;
    this.#connection.closeChannel(this.#options.channel);
    this.#engine.end();
    this.#mode = { kind: 'prompt' };
    this.#pushes.take();
    this.#write('^C\r\n');
    this.#draw();
  }

  #interrupt(): void {
    this.#waitingLines = [];
    const text = this.#editor.state.text;
    if (this.#mode.kind === 'asking') {
      this.#mode = { kind: 'prompt' };
    }

    this.#write(this.#line.finish(this.#look, text, { text: '^C', style: 'note' }));
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
    this.#engine.subscriptions = 0;
    this.#mode = { kind: 'prompt' };
    this.#next();
  }

  #onPush(value: RespValue): void {
    if (this.#engine.notePush(value)) {
      if (this.#mode.kind === 'prompt' && this.#engine.subscriptions > 0) this.#mode = { kind: 'subscribed' };
      else if (this.#mode.kind === 'subscribed' && this.#engine.subscriptions === 0) this.#mode = { kind: 'prompt' };
    }

    this.#pushes.add(value);
  }

  #flushPushes(): void {
    const { pushes, skipped } = this.#pushes.take();
    if (pushes.length === 0) return;
    const isLineShown = this.#mode.kind !== 'running' && this.#mode.kind !== 'monitoring';
    let out = isLineShown ? this.#line.erase() : '';
    if (skipped > 0) out += `${painted(`… ${skipped.toLocaleString('en')} messages not shown: too many at once`, 'note')}\r\n`;
    for (const push of pushes) out += `${renderPush(push)}\r\n`;
    this.#write(out);
    if (isLineShown) this.#draw();
  }

  #onClosed(reason: string): void {
    if (this.#isClosing) {
      this.#isClosing = false;
      return;
    }

    const hadState = this.#engine.end() || this.#mode.kind === 'monitoring';
    if (this.#mode.kind === 'running') return;
    this.#mode = { kind: 'prompt' };
    this.#flushPushes();
    this.#write(
      `${this.#line.erase()}${painted(`The session ended: ${reason.replace(/[\s.]*$/, '.')}${hadState ? ' Its transaction or subscriptions are gone.' : ''} The next command begins a new one.`, 'note')}\r\n`,
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

    this.#write(this.#line.finish(this.#look, line));
    void this.#runLine(line);
  }

  #complete(step: number): void {
    if (this.#mode.kind !== 'asking' && this.#line.complete(step)) this.#draw();
  }

  get #look(): InputLook {
    const isAsking = this.#mode.kind === 'asking';
    return { prompt: this.promptText, promptStyle: isAsking ? 'error' : this.#engine.inTransaction ? 'status' : 'key', isCommand: !isAsking };
  }

  #draw(): void {
    if (this.#mode.kind !== 'monitoring') this.#write(this.#line.draw(this.#look));
  }

  #write(text: string): void {
    if (text !== '') this.#screen.write(text);
  }
}

function isSubscribing(name: string): boolean {
  return /^[PS]?(UN)?SUBSCRIBE$/.test(name);
}

