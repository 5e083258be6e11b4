import { ErrorValue, ReplyError, asNumber, asText, connection as theConnection, type Argument, type RespValue } from '@/api';
import type { Bulk } from '@/lib/bytes';

/** A command with its arguments; strings are bytes or text, numbers are written in decimal. */
export type Command = readonly [string, ...Argument[]];

/** The part of the connection that this page uses: what a test replaces. */
export interface CommandRunner {
  run(args: readonly Argument[], options?: { channel?: string; signal?: AbortSignal }): Promise<RespValue>;
  runMany(commands: readonly (readonly Argument[])[], options?: { channel?: string; signal?: AbortSignal }): Promise<RespValue[]>;
}

/** The name of the channel that goes with another, for databases that must be selected. */
export function otherDatabases(channel: string): string {
  return `${channel}-other`;
}

/**
 * One database, for reading and changing.
 *
 * Engine sessions remember a selected database, and a session can be replaced behind our back (CLIENT KILL, a reconnect), so nothing
 * here relies on an earlier SELECT. A read brings its SELECT along and throws its replies away when that failed. A change
 * brings it along inside a transaction: when the server refuses SELECT, EXEC refuses the change, so a change never lands in the
 * wrong database.
 *
 * Sessions begin in database 0. It has a channel on which nothing is ever selected, so that users without the right to SELECT
 * can work in it; all others share a second one.
 */
export class Keyspace {
  readonly db: number;
  readonly channel: string;
  readonly #connection: CommandRunner;

  constructor(db: number, channel = 'keys', connection: CommandRunner = theConnection) {
    this.db = db;
    this.channel = db === 0 ? channel : otherDatabases(channel);
    this.#connection = connection;
  }

  /** Replies in order. Errors inside are {@link ErrorValue}s. */
  async readMany(commands: readonly Command[], signal?: AbortSignal): Promise<RespValue[]> {
    const selecting = this.#selecting();
    const replies = await this.#connection.runMany([...selecting, ...commands], this.#options(signal));
    replies.slice(0, selecting.length).forEach(throwIfError);
    return replies.slice(selecting.length);
  }

  async read(command: Command, signal?: AbortSignal): Promise<RespValue> {
    const [reply] = await this.readMany([command], signal);
    throwIfError(reply);
    return reply ?? null;
  }

  /** Runs changes together: all or none are queued. Throws the first error. */
  async writeMany(commands: readonly Command[]): Promise<RespValue[]> {
    const selecting = this.#selecting();
    const replies = await this.#connection.runMany([['MULTI'], ...selecting, ...commands, ['EXEC']], this.#options());
    // An error while queueing says more than the EXECABORT that it leads to.
    replies.slice(0, -1).forEach(throwIfError);
    const results = replies.at(-1);
    throwIfError(results);
    if (!Array.isArray(results)) {
      throw new ReplyError('ERR The server did not run the change.');
    }

    results.forEach(throwIfError);
    return results.slice(selecting.length);
  }

  async write(command: Command): Promise<RespValue> {
    return (await this.writeMany([command]))[0] ?? null;
  }

  #selecting(): Command[] {
    return this.db === 0 ? [] : [['SELECT', this.db]];
  }

  #options(signal?: AbortSignal): { channel: string; signal?: AbortSignal } {
    return signal === undefined ? { channel: this.channel } : { channel: this.channel, signal };
  }
}

export function throwIfError(value: RespValue | undefined): void {
  if (value instanceof ErrorValue) {
    throw new ReplyError(value.message);
  }
}

/** A string reply with its bytes intact; numbers and statuses as their text. */
export function asBulk(value: RespValue | undefined): Bulk {
  return value instanceof Uint8Array ? value : asText(value);
}


export interface KeyDetails {
  /** What TYPE says; 'none' when the key does not exist. */
  type: string;
  /** -1: lives for ever. */
  ttlMs: number;
  /** The browser's clock when `ttlMs` was read. */
  readAt: number;
  encoding: string | null;
  bytes: number | null;
  /** Elements; bytes of a string. */
  length: number | null;
}

export async function readDetails(keyspace: Keyspace, key: Bulk, signal?: AbortSignal): Promise<KeyDetails> {
  const [type, ttl, encoding, bytes] = await keyspace.readMany(
    [
      ['TYPE', key],
      ['PTTL', key],
      ['OBJECT', 'ENCODING', key],
      ['MEMORY', 'USAGE', key],
    ],
    signal,
  );
  throwIfError(type);
  const typeName = asText(type);
  const lengthOf = lengthCommand(typeName, key);
  const length = lengthOf === null ? null : numberOrNull(await keyspace.read(lengthOf, signal).catch(() => null));
  return {
    type: typeName,
    ttlMs: numberOrNull(ttl) ?? -1,
    readAt: Date.now(),
    // OBJECT and MEMORY may be denied to a user who may read the key: then they just don't show.
    encoding: encoding instanceof ErrorValue || encoding == null ? null : asText(encoding),
    bytes: numberOrNull(bytes),
    length,
  };
}

function lengthCommand(type: string, key: Bulk): Command | null {
  switch (type) {
    case 'string':
      return ['STRLEN', key];
    case 'list':
      return ['LLEN', key];
    case 'hash':
      return ['HLEN', key];
    case 'set':
      return ['SCARD', key];
    case 'zset':
      return ['ZCARD', key];
    case 'stream':
      return ['XLEN', key];
    default:
      return null;
  }
}

export function numberOrNull(value: RespValue | undefined): number | null {
  const number = value instanceof ErrorValue ? NaN : asNumber(value);
  return Number.isNaN(number) ? null : number;
}

export function lengthLabel(type: string, length: number): string {
  const unit = { string: 'byte', list: 'element', hash: 'field', set: 'member', zset: 'member', stream: 'entry' }[type] ?? 'element';
  return `${length.toLocaleString('en-US')} ${length === 1 ? unit : unit === 'entry' ? 'entries' : `${unit}s`}`;
}
