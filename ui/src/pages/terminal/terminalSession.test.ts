import { describe, expect, it } from 'vitest';
import { ReplyError, Status, type Argument, type Reply, type RespValue } from '@/api';
import { isSecret } from './secrets';
import type { Screen, SessionConnection } from './contracts';
import { TerminalSession } from './terminalSession';

class FakeScreen implements Screen {
  columns = 80;
  text = '';
  scheduled: (() => void)[] = [];
  write(text: string): void {
    this.text += text;
  }
  clear(): void {
    this.text = '';
  }
  schedule(callback: () => void): void {
    this.scheduled.push(callback);
  }
  /** Without colours and cursor movements. */
  get plain(): string {
    // eslint-disable-next-line no-control-regex
    return this.text
      .replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
      .replace(/\r\n/g, '\n')
      .replace(/\r/g, '');
  }
}

class FakeConnection implements SessionConnection {
  readonly sent: Argument[][] = [];
  readonly closed: string[] = [];
  /** Set: commands wait for this. */
  pending: Promise<Reply> | null = null;
  push: (value: RespValue) => void = () => undefined;
  end: (reason: string) => void = () => undefined;
  replies: Record<string, RespValue | Error> = {
    PING: new Status('PONG'),
    MULTI: new Status('OK'),
    SELECT: new Status('OK'),
    EXEC: [],
    MONITOR: new Status('OK'),
    DBSIZE: 5,
  };

  runTimed(args: readonly Argument[]): Promise<Reply> {
    this.sent.push([...args]);
    if (this.pending !== null) return this.pending;
    const reply = this.replies[String(args[0]).toUpperCase()] ?? new Status('OK');
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve({ value: reply, us: 5 });
  }
  closeChannel(channel: string): void {
    this.closed.push(channel);
  }
  onPush(_: string, listener: (value: RespValue) => void): () => void {
    this.push = listener;
    return () => undefined;
  }
  onChannelClosed(_: string, listener: (reason: string) => void): () => void {
    this.end = listener;
    return () => undefined;
  }
}

function open(): { screen: FakeScreen; connection: FakeConnection; session: TerminalSession; saved: string[]; type: (text: string) => Promise<void> } {
  const screen = new FakeScreen();
  const connection = new FakeConnection();
  const saved: string[] = [];
  const session = new TerminalSession(screen, connection, {
    channel: 't',
    name: 'host:1',
    shortName: ':1',
    history: [],
    saveHistory: (lines) => saved.splice(0, saved.length, ...lines),
    commands: () => null,
  });
  session.start();
  const type = async (text: string): Promise<void> => {
    session.input(text);
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  return { screen, connection, session, saved, type };
}

describe('a terminal', () => {
  it('sends what was typed, with quotes and bytes', async () => {
    const { connection, type, screen } = open();
    await type('SET k "a\\x00\\xff"\r');
    expect(connection.sent).toEqual([['SET', 'k', Uint8Array.of(0x61, 0, 0xff)]]);
    expect(screen.plain).toContain('OK\n');
  });

  it('refuses what is not balanced', async () => {
    const { connection, type, screen } = open();
    await type('SET k "a\r');
    expect(connection.sent).toEqual([]);
    expect(screen.plain).toContain('Invalid argument(s)');
  });

  it('shows database and transaction in the prompt', async () => {
    const { connection, session, type } = open();
    await type('SELECT 3\r');
    expect(session.promptText).toBe('host:1[3]> ');
    await type('MULTI\r');
    expect(session.promptText).toBe('host:1[3](TX)> ');
    connection.replies.SELECT = new Status('QUEUED');
    await type('SELECT 5\r');
    expect(session.promptText).toBe('host:1[3](TX)> ');
    connection.replies.EXEC = [new Status('OK')];
    await type('EXEC\r');
    expect(session.promptText).toBe('host:1[5]> ');
  });

  it('does not believe a SELECT that failed', async () => {
    const { connection, session, type, screen } = open();
    connection.replies.SELECT = new ReplyError('ERR DB index is out of range');
    await type('SELECT 99\r');
    expect(session.promptText).toBe('host:1> ');
    expect(screen.plain).toContain('(error) ERR DB index is out of range');
  });

  it('asks before it destroys, and takes only yes for yes', async () => {
    const { connection, session, type } = open();
    await type('FLUSHALL\r');
    expect(connection.sent).toEqual([]);
    expect(session.promptText).toBe('Type yes to go on: ');
    await type('y\r');
    expect(connection.sent).toEqual([]);
    await type('FLUSHALL\r');
    await type('yes\r');
    expect(connection.sent).toEqual([['FLUSHALL']]);
  });

  it('asks about KEYS on a large database only', async () => {
    const { connection, type } = open();
    await type('KEYS *\r');
    expect(connection.sent.map((c) => c[0])).toEqual(['DBSIZE', 'KEYS']);
    connection.replies.DBSIZE = 1_000_000;
    await type('KEYS *\r');
    expect(connection.sent.map((c) => c[0])).toEqual(['DBSIZE', 'KEYS', 'DBSIZE']);
  });

  it('runs pasted lines in order, and leaves the last to be looked at', async () => {
    const { connection, type, session } = open();
    await type('\x1b[200~SET a 1\nSET b 2\nGET a\x1b[201~');
    expect(connection.sent.map((c) => c.join(' '))).toEqual(['SET a 1', 'SET b 2']);
    await type('\r');
    expect(connection.sent.at(-1)).toEqual(['GET', 'a']);
    expect(session.promptText).toBe('host:1> ');
  });

  it('stops pasted lines at a question that is answered with no', async () => {
    const { connection, type } = open();
    await type('\x1b[200~FLUSHALL\nSET a 1\n\x1b[201~');
    await type('no\r');
    expect(connection.sent).toEqual([]);
  });

  it('repeats a command with a number in front', async () => {
    const { connection, type } = open();
    await type('3 PING\r');
    expect(connection.sent).toEqual([['PING'], ['PING'], ['PING']]);
  });

  it('shows MONITOR until Ctrl-C, then begins a new session in the same database', async () => {
    const { connection, type, screen } = open();
    await type('SELECT 2\r');
    await type('MONITOR\r');
    connection.push(new Status('1700000000.000001 [0 127.0.0.1:5000] "GET" "k\\x1b"'));
    screen.scheduled.forEach((callback) => callback());
    expect(screen.plain).toContain('"GET" "k\\x1b"');
    await type('PING\r');
    expect(connection.sent.at(-1)).toEqual(['MONITOR']);
    await type('\x03');
    expect(connection.closed).toEqual(['t']);
    connection.end('closed');
    await type('PING\r');
    expect(connection.sent.slice(-2)).toEqual([['SELECT', 2], ['PING']]);
  });

  it('keeps up with a flood by counting what it leaves out', async () => {
    const { connection, type, screen } = open();
    await type('SUBSCRIBE c\r');
    connection.push(['subscribe', 'c', 1]);
    for (let i = 0; i < 1000; i++) connection.push(['message', 'c', `m${i}`]);
    expect(screen.scheduled.length).toBe(1);
    screen.scheduled.forEach((callback) => callback());
    expect(screen.plain).toContain('941 messages not shown');
    expect(screen.plain).toContain('m999');
    expect(screen.plain).not.toContain('m100 ');
  });

  it('gives up a command that waits', async () => {
    const { connection, session, type, screen } = open();
    await type('SELECT 4\r');
    connection.pending = new Promise(() => undefined);
    await type('BLPOP q 0\r');
    await type('\x03');
    connection.pending = null;
    expect(connection.closed).toEqual(['t']);
    expect(screen.plain).toContain('Its session was closed');
    expect(session.promptText).toBe('host:1[4]> ');
    await type('PING\r');
    expect(connection.sent.slice(-2)).toEqual([['SELECT', 4], ['PING']]);
    connection.end('killed');
    expect(screen.plain).toContain('The session ended: killed. The next command');
  });

  it('ends a subscription with Ctrl-C', async () => {
    const { connection, type } = open();
    await type('SUBSCRIBE c\r');
    connection.push(['subscribe', 'c', 1]);
    await type('\x03');
    expect(connection.sent.map((c) => c[0])).toEqual(['SUBSCRIBE', 'UNSUBSCRIBE', 'PUNSUBSCRIBE', 'SUNSUBSCRIBE']);
  });

  it('keeps passwords out of history and off the screen', async () => {
    const { type, saved, screen } = open();
    await type('AUTH hunter2\r');
    await type('PING\r');
    expect(saved).toEqual(['PING']);
    expect(screen.plain.split('\n').filter((line) => line.includes('AUTH ••••••')).length).toBeGreaterThan(0);
    expect(isSecret('ACL SETUSER bob >pw on')).toBe(true);
    expect(isSecret('CONFIG SET requirepass x')).toBe(true);
    expect(isSecret('GET auth')).toBe(false);
  });

  it('says that its session was ended, and forgets the transaction', async () => {
    const { connection, type, session, screen } = open();
    await type('MULTI\r');
    connection.end('killed by a client.');
    expect(screen.plain).toContain('The session ended: killed by a client.');
    expect(session.promptText).toBe('host:1> ');
  });
});
