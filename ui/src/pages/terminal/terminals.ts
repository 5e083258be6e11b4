import { FitAddon } from '@xterm/addon-fit';
import { Terminal, type ITheme } from '@xterm/xterm';
import { connection } from '@/api';
import { readCommandDocs, type CommandTable } from '@/lib/commandDocs';
import { readPreference, writePreference } from '@/lib/preferences';
import { themeColor } from '@/lib/theme';
import { TerminalSession } from './terminalSession';

/**
 * The open terminals. They outlive the page: who looks something up on another page finds the screen and the engine session (database,
 * transaction, subscriptions) as they were.
 */
export interface OpenTerminal {
  id: number;
  title: string;
  /** Holds the screen; the page puts it where it belongs. */
  host: HTMLDivElement;
  terminal: Terminal;
  fit: FitAddon;
  session: TerminalSession;
}

/** Of sixteen channels that a socket may have, some are the pages' own. */
export const MaxTerminals = 8;

const HistoryName = 'terminal.history';
const KeptLines = 500;

let terminals: readonly OpenTerminal[] = [];
let nextId = 1;
let commands: CommandTable | null = null;
let isLoadingCommands = false;
const listeners = new Set<() => void>();

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function openTerminals(): readonly OpenTerminal[] {
  return terminals;
}

export function openTerminal(): OpenTerminal | null {
  if (terminals.length >= MaxTerminals) return null;
  loadCommands();
  const id = nextId++;
  const host = document.createElement('div');
  host.className = 'h-full w-full';
  const terminal = new Terminal({
    allowProposedApi: false,
    cursorBlink: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
    fontFamily: "'JetBrains Mono Variable', ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
    fontSize: window.matchMedia('(max-width: 640px)').matches ? 12 : 13.5,
    lineHeight: 1.35,
    scrollback: 10_000,
    convertEol: false,
    minimumContrastRatio: 4.5,
    theme: currentTheme(),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  const port = connection.hello?.server.port;
  const session = new TerminalSession(
    {
      get columns() {
        return terminal.cols;
      },
      write: (text) => terminal.write(text),
      clear: () => terminal.write('\x1b[2J\x1b[3J\x1b[H'),
      schedule: (callback) => requestAnimationFrame(callback),
    },
    connection,
    {
      channel: `terminal-${id}`,
      name: port === undefined ? 'spinel' : `${location.hostname}:${port}`,
      shortName: port === undefined ? '' : `:${port}`,
      history: readHistory(),
      saveHistory,
      commands: () => commands,
    },
  );
  const opened: OpenTerminal = { id, title: `Terminal ${id}`, host, terminal, fit, session };
  terminals = [...terminals, opened];
  notify();
  return opened;
}

/** Attaches the screen to the page; the first time it also greets. */
export function attach(opened: OpenTerminal, parent: HTMLElement): void {
  parent.append(opened.host);
  if (opened.terminal.element !== undefined) {
    opened.terminal.options.theme = currentTheme();
    return;
  }

  opened.terminal.open(opened.host);
  opened.fit.fit();
  opened.terminal.onData((data) => opened.session.input(data));
  opened.terminal.onResize(() => opened.session.redraw());
  // Pastes come marked as such, so that a pasted tab does not complete and a pasted line break is seen for what it is.
  opened.terminal.write('\x1b[?2004h');
  opened.terminal.write(greeting(opened.terminal.cols));
  opened.session.start();
}

/** Who answers, and how to get along; in one row. */
function greeting(columns: number): string {
  const { hello } = connection;
  const name = hello === null ? 'Spinel' : `${hello.server.name} ${hello.server.version}`;
  const user = hello === null ? '' : ` as ${hello.user}`;
  const tips = [`${user} · help, Tab completes, Ctrl-R searches`, `${user} · type help`, ' · type help'];
  const tip = tips.find((text) => name.length + text.length < columns) ?? '';
  return `\x1b[1m${name}\x1b[0m\x1b[90m${tip}\x1b[0m\r\n`;
}

export function closeTerminal(id: number): void {
  const closed = terminals.find((t) => t.id === id);
  if (closed === undefined) return;
  terminals = terminals.filter((t) => t !== closed);
  closed.session.dispose();
  closed.terminal.dispose();
  closed.host.remove();
  notify();
}

/** The theme's colours for terminals that are open already. */
export function repaint(): void {
  for (const { terminal } of terminals) terminal.options.theme = currentTheme();
}

function notify(): void {
  for (const listener of [...listeners]) listener();
}

function loadCommands(): void {
  if (commands !== null || isLoadingCommands) return;
  isLoadingCommands = true;
  connection
    .run(['COMMAND', 'DOCS'], { channel: 'ui' })
    .then((reply) => (commands = readCommandDocs(reply)))
    // Without it there is no completion; everything else works.
    .catch(() => undefined)
    .finally(() => (isLoadingCommands = false));
}

function readHistory(): string[] {
  try {
    const lines: unknown = JSON.parse(readPreference(HistoryName) ?? '[]');
    return Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [];
  } catch {
    return [];
  }
}

function saveHistory(lines: readonly string[]): void {
  writePreference(HistoryName, JSON.stringify(lines.slice(-KeptLines)));
}

function currentTheme(): ITheme {
  const color = (name: string): string => toHex(themeColor(name));
  return {
    background: color('sunken'),
    foreground: color('ink'),
    cursor: color('accent-ink'),
    cursorAccent: color('sunken'),
    scrollbarSliderBackground: color('line'),
    scrollbarSliderHoverBackground: color('line-strong'),
    scrollbarSliderActiveBackground: color('line-strong'),
    overviewRulerBorder: color('sunken'),
    selectionBackground: color('accent-soft'),
    selectionForeground: color('ink'),
    red: color('bad'),
    green: color('good'),
    yellow: color('warn'),
    blue: color('info'),
    magenta: color('accent-ink'),
    cyan: color('info'),
    white: color('ink-2'),
    black: color('sunken'),
    brightBlack: color('ink-3'),
    brightRed: color('bad'),
    brightGreen: color('good'),
    brightYellow: color('warn'),
    brightBlue: color('info'),
    brightMagenta: color('violet'),
    brightCyan: color('info'),
    brightWhite: color('ink'),
  };
}

/** The terminal knows hexadecimal colours alone; a canvas knows what every other notation comes to. */
function toHex(css: string): string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d');
  if (context === null) return '#808080';
  context.fillStyle = css;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((c) => (c ?? 0).toString(16).padStart(2, '0')).join('')}`;
}
