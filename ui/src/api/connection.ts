/*
 * The one WebSocket of a tab. Commands, watched topics and pushed messages share it.
 *
 * It reconnects by itself, and takes up watched topics again. Commands are not repeated: whether one ran before the connection broke is unknown,
 * so their promises reject and the page decides. A command that is issued while the connection is being made waits for it, for some seconds.
 */
import { Backoff } from './backoff';
import { type Argument, type RespValue, type WireValue, decodeValue, encodeArgument } from './value';

export interface ServerInfo {
  name: string;
  version: string;
  runId: string;
  port: number;
  databases: number;
}

export interface Hello {
  protocol: number;
  server: ServerInfo;
  user: string;
  readOnly: boolean;
}

/** 'waiting': broken, and the next attempt is due at `retryAt`. 'ended': the server closed it for good, e.g. after a logout. */
export type ConnectionState =
  | { kind: 'idle' }
  | { kind: 'connecting'; attempt: number }
  | { kind: 'open'; hello: Hello }
  | { kind: 'waiting'; attempt: number; retryAt: number; reason: string }
  | { kind: 'ended'; reason: string };

/** The server's error reply to a command, e.g. WRONGTYPE. */
export class ReplyError extends Error {
  override name = 'ReplyError';
  /** The first word: ERR, WRONGTYPE, NOPERM … */
  get code(): string {
    return /^[A-Z][A-Z0-9]*/.exec(this.message)?.[0] ?? 'ERR';
  }
}

/** The connection broke before the reply came; the command may or may not have run. */
export class ConnectionLostError extends Error {
  override name = 'ConnectionLostError';
}

export interface Reply {
  value: RespValue;
  /** Microseconds from the engine's mailbox to the reply. */
  us: number;
}

export interface RunOptions {
  /** The engine session that runs it; each has its own database, transaction and subscriptions. */
  channel?: string;
  signal?: AbortSignal;
}

export interface WatchUpdate<T> {
  data: T;
  dropped: number;
}

interface Pending {
  resolve: (reply: Reply) => void;
  reject: (error: Error) => void;
}

interface Watch {
  id: number;
  request: Record<string, unknown>;
  onUpdate: (update: WatchUpdate<unknown>) => void;
  onError?: ((error: Error) => void) | undefined;
}

type ServerFrame =
  | { hello: Hello }
  | { goodbye: string }
  | { id: number; reply: WireValue; us: number }
  | { id: number; error: string }
  | { watch: number; data: unknown; dropped?: number }
  | { watch: number; error: string }
  | { channel: string; push: WireValue }
  | { channel: string; closed: string };

export interface ConnectionEnvironment {
  url: () => string;
  open: (url: string) => WebSocket;
  now: () => number;
  backoff: Backoff;
  /** How long a command waits for a connection that is being made. */
  patienceMs: number;
}

const browser: ConnectionEnvironment = {
  url: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/socket`,
  open: (url) => new WebSocket(url),
  now: () => Date.now(),
  backoff: new Backoff(),
  patienceMs: 5000,
};

export class Connection {
  readonly #environment: ConnectionEnvironment;
  #state: ConnectionState = { kind: 'idle' };
  #socket: WebSocket | null = null;
  #nextId = 1;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #lastHello: Hello | null = null;
  readonly #pending = new Map<number, Pending>();
  readonly #watches = new Map<number, Watch>();
  readonly #waiters = new Set<{ go: () => void; fail: (error: Error) => void }>();
  readonly #stateListeners = new Set<() => void>();
  readonly #pushListeners = new Map<string, Set<(value: RespValue) => void>>();
  readonly #closedListeners = new Map<string, Set<(reason: string) => void>>();

  constructor(environment: Partial<ConnectionEnvironment> = {}) {
    this.#environment = { ...browser, ...environment };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** What the server said of itself last; stays while the connection is broken. */
  get hello(): Hello | null {
    return this.#lastHello;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  };

  connect(): void {
    if (this.#socket !== null) return;
    clearTimeout(this.#retryTimer);
    this.#setState({ kind: 'connecting', attempt: this.#environment.backoff.attempt });
    const socket = this.#environment.open(this.#environment.url());
    this.#socket = socket;
    socket.onmessage = (event: MessageEvent) => {
      if (socket === this.#socket) this.#receive(JSON.parse(String(event.data)) as ServerFrame);
    };
    socket.onclose = (event: CloseEvent) => {
      if (socket === this.#socket) this.#lost(event.reason || 'The server does not answer.');
    };
  }

  /** Ends the connection for good; `connect` begins anew. */
  end(reason: string): void {
    this.#drop(reason);
    clearTimeout(this.#retryTimer);
    this.#setState({ kind: 'ended', reason });
  }

  retryNow(): void {
    if (this.#state.kind === 'waiting') this.connect();
  }

  async run(args: readonly Argument[], options: RunOptions = {}): Promise<RespValue> {
    return (await this.runTimed(args, options)).value;
  }

  runTimed(args: readonly Argument[], options: RunOptions = {}): Promise<Reply> {
    return this.#request({ run: args.map(encodeArgument), channel: options.channel ?? 'ui' }, options.signal);
  }

  /** Several commands in one frame. The list may hold {@link ErrorValue}s. */
  async runMany(commands: readonly (readonly Argument[])[], options: RunOptions = {}): Promise<RespValue[]> {
    const request = { runMany: commands.map((args) => args.map(encodeArgument)), channel: options.channel ?? 'ui' };
    return (await this.#request(request, options.signal)).value as RespValue[];
  }

  closeChannel(channel: string): void {
    if (this.#state.kind === 'open') this.#send({ close: channel });
  }

  /** Subscribes to a topic until the returned function is called; survives reconnects. */
  watch<T>(
    topic: string,
    parameters: Record<string, unknown>,
    onUpdate: (update: WatchUpdate<T>) => void,
    onError?: (error: Error) => void,
  ): () => void {
    const id = this.#nextId++;
    const watch: Watch = { id, request: { id, watch: topic, ...parameters }, onUpdate: onUpdate as Watch['onUpdate'], onError };
    this.#watches.set(id, watch);
    if (this.#state.kind === 'open') this.#send(watch.request);
    return () => {
      if (this.#watches.delete(id) && this.#state.kind === 'open') this.#send({ unwatch: id });
    };
  }

  /** Messages that no command asked for: pub/sub, MONITOR, invalidations. */
  onPush(channel: string, listener: (value: RespValue) => void): () => void {
    return listen(this.#pushListeners, channel, listener);
  }

  /** The engine session behind a channel ended, or the connection broke (all sessions end with it). */
  onChannelClosed(channel: string, listener: (reason: string) => void): () => void {
    return listen(this.#closedListeners, channel, listener);
  }

  async #request(frame: Record<string, unknown>, signal?: AbortSignal): Promise<Reply> {
    signal?.throwIfAborted();
    if (this.#state.kind !== 'open') await this.#untilOpen();
    signal?.throwIfAborted();
    const id = this.#nextId++;
    return new Promise<Reply>((resolve, reject) => {
      const onAbort = () => {
        this.#pending.delete(id);
        reject(signal!.reason as Error);
      };
      const settle = () => signal?.removeEventListener('abort', onAbort);
      this.#pending.set(id, {
        resolve: (reply) => (settle(), resolve(reply)),
        reject: (error) => (settle(), reject(error)),
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#send({ id, ...frame });
    });
  }

  #untilOpen(): Promise<void> {
    if (this.#state.kind === 'ended') return Promise.reject(new ConnectionLostError(this.#state.reason));
    if (this.#state.kind === 'waiting') return Promise.reject(new ConnectionLostError('The connection to the server is broken.'));
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => waiter.fail(new ConnectionLostError('The server does not answer.')), this.#environment.patienceMs);
      const waiter = {
        go: () => (clearTimeout(timer), this.#waiters.delete(waiter), resolve()),
        fail: (error: Error) => (clearTimeout(timer), this.#waiters.delete(waiter), reject(error)),
      };
      this.#waiters.add(waiter);
    });
  }

  #send(frame: Record<string, unknown>): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #receive(frame: ServerFrame): void {
    if ('hello' in frame) {
      this.#environment.backoff.reset();
      this.#lastHello = frame.hello;
      this.#setState({ kind: 'open', hello: frame.hello });
      for (const watch of this.#watches.values()) this.#send(watch.request);
      for (const waiter of [...this.#waiters]) waiter.go();
    } else if ('goodbye' in frame) {
      // A server that restarts says goodbye too; only the end of the login is for good, and that shows when the session is asked for.
      this.#lost(frame.goodbye);
    } else if ('watch' in frame) {
      const watch = this.#watches.get(frame.watch);
      if ('error' in frame) watch?.onError?.(new ReplyError(frame.error));
      else watch?.onUpdate({ data: frame.data, dropped: frame.dropped ?? 0 });
    } else if ('id' in frame) {
      const pending = this.#pending.get(frame.id);
      if (pending === undefined) {
        if ('error' in frame) this.#watches.get(frame.id)?.onError?.(new ReplyError(frame.error));
        return;
      }
      this.#pending.delete(frame.id);
      if ('error' in frame) pending.reject(new ReplyError(frame.error));
      else pending.resolve({ value: decodeValue(frame.reply), us: frame.us });
    } else if ('push' in frame) {
      const value = decodeValue(frame.push);
      this.#pushListeners.get(frame.channel)?.forEach((listener) => listener(value));
    } else if ('closed' in frame) {
      this.#closedListeners.get(frame.channel)?.forEach((listener) => listener(frame.closed));
    }
  }

  #lost(reason: string): void {
    this.#drop(reason);
    if (this.#state.kind === 'ended') return;
    const attempt = this.#environment.backoff.attempt;
    const delayMs = this.#environment.backoff.nextMs();
    this.#setState({ kind: 'waiting', attempt, retryAt: this.#environment.now() + delayMs, reason });
    this.#retryTimer = setTimeout(() => this.connect(), delayMs);
  }

  #drop(reason: string): void {
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) {
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const error = new ConnectionLostError(reason);
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const request of pending) request.reject(error);
    for (const waiter of [...this.#waiters]) waiter.fail(error);
    for (const listeners of this.#closedListeners.values()) listeners.forEach((listener) => listener(reason));
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    for (const listener of [...this.#stateListeners]) listener();
  }
}

function listen<T>(map: Map<string, Set<(value: T) => void>>, key: string, listener: (value: T) => void): () => void {
  let set = map.get(key);
  if (set === undefined) map.set(key, (set = new Set()));
  set.add(listener);
  return () => {
    set.delete(listener);
    if (set.size === 0 && map.get(key) === set) map.delete(key);
  };
}
