import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backoff } from './backoff';
import { Connection, ConnectionLostError, ReplyError } from './connection';

class FakeSocket {
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { reason: string }) => void) | null = null;
  sent: Record<string, unknown>[] = [];
  isClosed = false;
  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close() {
    this.isClosed = true;
  }
  receive(frame: unknown) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  hello() {
    this.receive({ hello: { protocol: 1, server: { name: 'Spinel', version: '1', runId: 'r', port: 1, databases: 16 }, user: 'default', readOnly: false } });
  }
  break(reason = 'gone') {
    this.onclose?.({ reason });
  }
}

let sockets: FakeSocket[];
let connection: Connection;
const newest = () => sockets.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  connection = new Connection({
    url: () => 'ws://test',
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    backoff: new Backoff(100, 1000, () => 1),
    patienceMs: 500,
  });
});
afterEach(() => vi.useRealTimers());

describe('commands', () => {
  it('match replies by their numbers, in any order', async () => {
    connection.connect();
    newest().hello();
    const first = connection.run(['GET', 'a']);
    const second = connection.runTimed(['GET', new Uint8Array([255])], { channel: 'terminal-1' });
    await vi.advanceTimersByTimeAsync(0);
    const [a, b] = newest().sent as [{ id: number }, { id: number }];
    expect(newest().sent).toEqual([{ id: a.id, run: ['GET', 'a'], channel: 'ui' }, { id: b.id, run: ['GET', { base64: '/w==' }], channel: 'terminal-1' }]);
    newest().receive({ id: b.id, reply: 'two', us: 7 });
    newest().receive({ id: a.id, reply: 'one', us: 5 });
    expect(await first).toBe('one');
    expect(await second).toEqual({ value: 'two', us: 7 });
  });

  it('reject with the error reply', async () => {
    connection.connect();
    newest().hello();
    const reply = connection.run(['LPUSH', 'a', 'b']);
    await vi.advanceTimersByTimeAsync(0);
    newest().receive({ id: newest().sent[0]!['id'], error: 'WRONGTYPE no list' });
    const error = await reply.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ReplyError);
    expect((error as ReplyError).code).toBe('WRONGTYPE');
  });

  it('wait for a connection that is being made, but not for ever', async () => {
    connection.connect();
    const early = connection.run(['PING']);
    newest().hello();
    await vi.advanceTimersByTimeAsync(0);
    newest().receive({ id: newest().sent[0]!['id'], reply: 'PONG', us: 1 });
    expect(await early).toBe('PONG');

    const silent = new Connection({ url: () => '', open: () => new FakeSocket() as unknown as WebSocket, patienceMs: 500 });
    silent.connect();
    const refused = expect(silent.run(['PING'])).rejects.toBeInstanceOf(ConnectionLostError);
    await vi.advanceTimersByTimeAsync(501);
    await refused;
  });

  it('are not repeated after the connection broke', async () => {
    connection.connect();
    newest().hello();
    const reply = expect(connection.run(['INCR', 'n'])).rejects.toBeInstanceOf(ConnectionLostError);
    await vi.advanceTimersByTimeAsync(0);
    newest().break();
    await reply;
    await vi.advanceTimersByTimeAsync(100);
    newest().hello();
    expect(sockets).toHaveLength(2);
    expect(newest().sent).toEqual([]);
  });

  it('can be given up', async () => {
    connection.connect();
    newest().hello();
    const abort = new AbortController();
    const reply = connection.run(['GET', 'a'], { signal: abort.signal }).catch((e: unknown) => e);
    await vi.advanceTimersByTimeAsync(0);
    abort.abort(new Error('enough'));
    expect(((await reply) as Error).message).toBe('enough');
    newest().receive({ id: newest().sent[0]!['id'], reply: 'late', us: 1 });
  });
});

describe('reconnecting', () => {
  it('waits longer each time, and starts over once it worked', () => {
    connection.connect();
    newest().break();
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      expect(connection.state.kind).toBe('waiting');
      const before = Date.now();
      vi.advanceTimersToNextTimer();
      waits.push(Date.now() - before);
      newest().break();
    }
    expect(waits).toEqual([100, 200, 400, 800, 1000]);
    connection.retryNow();
    newest().hello();
    newest().break();
    expect(connection.state).toMatchObject({ kind: 'waiting', attempt: 0 });
  });

  it('takes up topics again, without those that were given up', () => {
    const seen: unknown[] = [];
    connection.connect();
    newest().hello();
    const stop = connection.watch('command', { args: ['INFO'], everyMs: 1000 }, () => undefined);
    connection.watch('stats', {}, (update) => seen.push(update));
    expect(newest().sent.map((f) => f['watch'])).toEqual(['command', 'stats']);
    stop();
    newest().break();
    vi.advanceTimersByTime(100);
    newest().hello();
    expect(newest().sent.map((f) => f['watch'])).toEqual(['stats']);
    newest().receive({ watch: newest().sent[0]!['id'], data: { time: 1 }, dropped: 3 });
    expect(seen).toEqual([{ data: { time: 1 }, dropped: 3 }]);
  });

  it('comes back after a goodbye, and not after the end', () => {
    connection.connect();
    newest().hello();
    newest().receive({ goodbye: 'The server stops.' });
    expect(connection.state).toMatchObject({ kind: 'waiting', reason: 'The server stops.' });
    vi.advanceTimersByTime(100);
    newest().hello();
    connection.end('You logged out.');
    vi.advanceTimersByTime(60_000);
    expect(connection.state).toEqual({ kind: 'ended', reason: 'You logged out.' });
    expect(sockets).toHaveLength(2);
    expect(newest().isClosed).toBe(true);
  });

  it('ignores what an abandoned socket still says', () => {
    connection.connect();
    const old = newest();
    old.hello();
    connection.end('x');
    connection.connect();
    old.hello();
    expect(connection.state.kind).toBe('connecting');
  });
});

describe('channels', () => {
  it('deliver pushes to their listeners only, and say when they ended', () => {
    const pushes: unknown[] = [];
    const ends: string[] = [];
    connection.connect();
    newest().hello();
    const stop = connection.onPush('pubsub', (value) => pushes.push(value));
    connection.onChannelClosed('pubsub', (reason) => ends.push(reason));
    newest().receive({ channel: 'pubsub', push: ['message', 'c', 'hi'] });
    newest().receive({ channel: 'terminal-1', push: ['message', 'c', 'other'] });
    stop();
    newest().receive({ channel: 'pubsub', push: ['message', 'c', 'late'] });
    newest().receive({ channel: 'pubsub', closed: 'killed' });
    newest().break('gone');
    expect(pushes).toEqual([['message', 'c', 'hi']]);
    expect(ends).toEqual(['killed', 'gone']);
  });
});
