/*
 * Replies as the server sends them over the WebSocket (JSON), and as the pages use them.
 *
 * What JSON expresses by itself stays a JavaScript value: strings, numbers, booleans, null, arrays. What it does not is an object with "$" on the
 * wire and an instance of one of the classes below here, so that a page can tell a status from a bulk string, or a set from an array.
 */

export type WireValue =
  | string
  | number
  | boolean
  | null
  | WireValue[]
  | { $: 'bytes'; base64: string }
  | { $: 'status' | 'integer' | 'double' | 'error' | 'bignum'; value: string }
  | { $: 'verbatim'; format: string; value: string }
  | { $: 'set'; items: WireValue[] }
  | { $: 'map'; entries: [WireValue, WireValue][] };

/** A simple string such as OK. */
export class Status {
  constructor(readonly text: string) {}
}

/** An error inside a larger reply. A reply that is an error as a whole rejects with {@link ReplyError}. */
export class ErrorValue {
  constructor(readonly message: string) {}
}

/** A double with the text that the server sent, which a number would lose (1e+17, inf). */
export class Double {
  constructor(readonly text: string) {}
  get value(): number {
    const text = this.text.toLowerCase();
    return text === 'inf' || text === '+inf' ? Infinity : text === '-inf' ? -Infinity : Number(text);
  }
}

/** A RESP3 big number: not an integer of 64 bits, which arrives as number or bigint. */
export class BigNumber {
  constructor(readonly text: string) {}
}

export class Verbatim {
  constructor(
    readonly format: string,
    readonly text: string,
  ) {}
}

export class RespSet {
  constructor(readonly items: RespValue[]) {}
}

export class RespMap {
  constructor(readonly entries: [RespValue, RespValue][]) {}

  get(key: string): RespValue | undefined {
    return this.entries.find(([k]) => asText(k) === key)?.[1];
  }
}

export type RespValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | Status
  | ErrorValue
  | Double
  | BigNumber
  | Verbatim
  | RespSet
  | RespMap
  | RespValue[];

export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) {
    bytes[i] = binary.charCodeAt(i);
  }
  return bytes;
}

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  // In portions: String.fromCharCode takes its arguments on the stack.
  for (let i = 0; i < bytes.length; i += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(binary);
}

export function decodeValue(wire: WireValue): RespValue {
  if (wire === null || typeof wire !== 'object') {
    return wire;
  }
  if (Array.isArray(wire)) {
    return wire.map(decodeValue);
  }
  switch (wire.$) {
    case 'bytes':
      return fromBase64(wire.base64);
    case 'status':
      return new Status(wire.value);
    case 'integer':
      return BigInt(wire.value);
    case 'double':
      return new Double(wire.value);
    case 'error':
      return new ErrorValue(wire.value);
    case 'bignum':
      return new BigNumber(wire.value);
    case 'verbatim':
      return new Verbatim(wire.format, wire.value);
    case 'set':
      return new RespSet(wire.items.map(decodeValue));
    case 'map':
      return new RespMap(wire.entries.map(([k, v]) => [decodeValue(k), decodeValue(v)]));
    default:
      throw new TypeError(`The server sent a value of an unknown kind: ${JSON.stringify(wire).slice(0, 100)}`);
  }
}

/** An argument of a command: text, a number, or bytes of any kind. */
export type Argument = string | number | bigint | Uint8Array;

export function encodeArgument(argument: Argument): string | { base64: string } {
  return argument instanceof Uint8Array ? { base64: toBase64(argument) } : String(argument);
}

const lossyText = new TextDecoder('utf-8');
const utf8 = new TextEncoder();

/** The value as text; bytes that are not UTF-8 come out with replacement characters. Collections give ''. */
export function asText(value: RespValue | undefined): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      if (value instanceof Uint8Array) return lossyText.decode(value);
      if (value instanceof Status || value instanceof Double || value instanceof BigNumber || value instanceof Verbatim) return value.text;
      if (value instanceof ErrorValue) return value.message;
      return '';
  }
}

/** The value as a number; NaN when it is none. Text counts when it is the text of a number. */
export function asNumber(value: RespValue | undefined): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Double) return value.value;
  const text = asText(value);
  return text === '' ? NaN : new Double(text).value;
}

/** The bytes of a string of either kind. */
export function asBytes(value: RespValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : utf8.encode(asText(value));
}

/** The elements of an array or set; empty for anything else. */
export function asList(value: RespValue | undefined): RespValue[] {
  if (Array.isArray(value)) return value;
  if (value instanceof RespSet) return value.items;
  return [];
}

/** Pairs of a map, of an array of pairs, or of a flat array (how RESP2 shows maps). */
export function asPairs(value: RespValue | undefined): [RespValue, RespValue][] {
  if (value instanceof RespMap) return value.entries;
  const list = asList(value);
  if (list.length > 0 && list.every((item) => Array.isArray(item) && item.length === 2)) {
    return list as [RespValue, RespValue][];
  }
  const pairs: [RespValue, RespValue][] = [];
  for (let i = 0; i + 1 < list.length; i += 2) {
    pairs.push([list[i]!, list[i + 1]!]);
  }
  return pairs;
}

/** A map with keys of text, as a plain record without a prototype. */
export function asRecord(value: RespValue | undefined): Record<string, RespValue> {
  const record: Record<string, RespValue> = Object.create(null);
  for (const [key, item] of asPairs(value)) {
    record[asText(key)] = item;
  }
  return record;
}
