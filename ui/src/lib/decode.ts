import { decodeMulti } from '@msgpack/msgpack';
import { decompress as decompressZstd } from 'fzstd';
import { fromBase64 } from '@/api/value';
import { prettyJson } from './json';
import { toBytes, utf8OrNull, type Bulk } from './bytes';

/**
 * What a value probably is. Applications compress and encode what they store; this looks through the wrapping, layer by layer
 * (base64 of gzip of JSON, say), names each layer, and gives a text to read. The result is for reading only: writing back would
 * need the application's own encoder and its settings.
 */
export interface Decoded {
  /** The layers from outside in, as people call them. */
  formats: string[];
  text: string;
  language: 'json' | 'text';
}

/** Output of decompression beyond this is a bomb or at least nothing to put into a page. */
const MaxDecodedBytes = 16 * 1024 * 1024;
const MaxLayers = 5;

/** Null when the value is plain text or nothing that this knows. */
export async function decodeValue(value: Bulk): Promise<Decoded | null> {
  let bytes = toBytes(value);
  const formats: string[] = [];
  for (let layer = 0; layer < MaxLayers; layer++) {
    const next = await unwrap(bytes);
    if (next === null) {
      break;
    }

    formats.push(next.format);
    if (next.text !== undefined) {
      return { formats, text: next.text, language: next.language ?? 'json' };
    }

    bytes = next.bytes!;
  }

  if (formats.length === 0) {
    return null;
  }

  const text = utf8OrNull(bytes);
  if (text === null) {
    // Wrapping that ends in unknown bytes: true only where a checksum or magic number vouched for it.
    return formats.at(-1) === 'base64' && formats.length === 1 ? null : { formats: [...formats, 'binary'], text: hexPreview(bytes), language: 'text' };
  }

  const json = prettyJson(text);
  return json === null ? { formats: [...formats, 'text'], text, language: 'text' } : { formats: [...formats, 'JSON'], text: json, language: 'json' };
}

interface Layer {
  format: string;
  bytes?: Uint8Array;
  text?: string;
  language?: 'json' | 'text';
}

async function unwrap(bytes: Uint8Array): Promise<Layer | null> {
  if (bytes.length < 2) {
    return null;
  }

  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return compressed('gzip', await inflate(bytes, 'gzip'));
  }

  if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd) {
    return compressed('zstd', zstd(bytes));
  }

  if (bytes[0] === 0x78 && (bytes[0] * 256 + bytes[1]!) % 31 === 0) {
    const inflated = await inflate(bytes, 'deflate');
    if (inflated !== null) {
      return { format: 'zlib', bytes: inflated };
    }
  }

  if (startsWith(bytes, [0xac, 0xed, 0x00, 0x05])) {
    return { format: 'Java serialized object', text: printableRuns(bytes), language: 'text' };
  }

  if (startsWith(bytes, [0x80]) && bytes[1]! >= 2 && bytes[1]! <= 5 && bytes.at(-1) === 0x2e) {
    return { format: `Python pickle, protocol ${bytes[1]}`, text: printableRuns(bytes), language: 'text' };
  }

  const text = utf8OrNull(bytes);
  if (text !== null) {
    return fromText(text);
  }

  const packed = messagePack(bytes);
  if (packed !== null) {
    return { format: 'MessagePack', text: packed };
  }

  const raw = await inflate(bytes, 'deflate-raw');
  // Raw deflate has neither magic number nor checksum: believe it only when text comes out.
  return raw !== null && raw.length > bytes.length && utf8OrNull(raw) !== null ? { format: 'deflate', bytes: raw } : null;
}

function fromText(text: string): Layer | null {
  const jwt = jsonWebToken(text);
  if (jwt !== null) {
    return { format: 'JSON Web Token', text: jwt };
  }

  const php = /^[aOsibdN](:|;)/.test(text) ? phpSerialized(text) : null;
  if (php !== null) {
    return { format: 'PHP serialized', text: php };
  }

  const compact = text.replace(/[\r\n]/g, '');
  if (compact.length >= 16 && compact.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(compact) && /[^0-9a-fA-F]/.test(compact)) {
    try {
      const bytes = fromBase64(compact);
      const inner = utf8OrNull(bytes);
      // Words of the right length look like base64 too: what they decode to must make sense.
      if (inner !== null ? isReadable(inner) : isKnownMagic(bytes)) {
        return { format: 'base64', bytes };
      }
    } catch {
      return null;
    }
  }

  return null;
}

function compressed(format: string, bytes: Uint8Array | null): Layer | null {
  return bytes === null ? { format: `${format}, damaged or cut off`, text: '', language: 'text' } : { format, bytes };
}

async function inflate(bytes: Uint8Array, format: CompressionFormat): Promise<Uint8Array | null> {
  try {
    const stream = new DecompressionStream(format);
    const writer = stream.writable.getWriter();
    // Errors show on the reading side; here they would be unhandled rejections.
    writer.write(bytes as Uint8Array<ArrayBuffer>).catch(() => undefined);
    writer.close().catch(() => undefined);
    const reader = stream.readable.getReader();
    const pieces: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        break;
      }

      total += value.length;
      pieces.push(value);
      if (total > MaxDecodedBytes) {
        await reader.cancel();
        return null;
      }
    }

    const joined = new Uint8Array(total);
    let at = 0;
    for (const piece of pieces) {
      joined.set(piece, at);
      at += piece.length;
    }

    return joined;
  } catch {
    return null;
  }
}

function zstd(bytes: Uint8Array): Uint8Array | null {
  try {
    const result = decompressZstd(bytes);
    return result.length > MaxDecodedBytes ? null : result;
  } catch {
    return null;
  }
}

function messagePack(bytes: Uint8Array): string | null {
  const first = bytes[0]!;
  // Only a map or an array at the top counts: a single scalar would "decode" nearly any bytes.
  const isContainer = (first >= 0x80 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf);
  if (!isContainer) {
    return null;
  }

  try {
    const values = [...decodeMulti(bytes, { useBigInt64: true })];
    return values.length === 1 ? JSON.stringify(values[0], forJson, 2) : null;
  } catch {
    return null;
  }
}

function forJson(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
  }

  return value instanceof Uint8Array ? `<${value.length} bytes: ${[...value.subarray(0, 32)].map((b) => b.toString(16).padStart(2, '0')).join(' ')}>` : value;
}

function jsonWebToken(text: string): string | null {
  const parts = text.split('.');
  if (parts.length !== 3 || !text.startsWith('eyJ')) {
    return null;
  }

  const [header, payload] = parts.slice(0, 2).map((part) => {
    try {
      const json: unknown = JSON.parse(utf8OrNull(fromBase64(part.replace(/-/g, '+').replace(/_/g, '/'))) ?? '');
      return json;
    } catch {
      return null;
    }
  });
  return header === null || payload === null ? null : JSON.stringify({ header, payload }, null, 2);
}

/** PHP's serialize(): lengths count bytes, so it is read from bytes. */
function phpSerialized(text: string): string | null {
  const bytes = toBytes(text);
  let at = 0;

  function until(end: number): string {
    const stop = bytes.indexOf(end, at);
    if (stop < 0) {
      throw new Error('cut off');
    }

    const part = utf8OrNull(bytes.subarray(at, stop)) ?? '';
    at = stop + 1;
    return part;
  }

  function expect(character: string): void {
    if (bytes[at] !== character.charCodeAt(0)) {
      throw new Error(`no ${character}`);
    }

    at++;
  }

  function counted(): string {
    const length = Number(until(0x3a));
    expect('"');
    const part = utf8OrNull(bytes.subarray(at, at + length));
    if (part === null || !(length >= 0)) {
      throw new Error('bad string');
    }

    at += length;
    expect('"');
    return part;
  }

  function entries(depth: number): [unknown, unknown][] {
    const count = Number(until(0x3a));
    expect('{');
    const result: [unknown, unknown][] = [];
    for (let i = 0; i < count; i++) {
      result.push([value(depth + 1), value(depth + 1)]);
    }

    expect('}');
    return result;
  }

  function value(depth: number): unknown {
    if (depth > 64) {
      throw new Error('too deep');
    }

    const kind = String.fromCharCode(bytes[at]!);
    at++;
    if (kind === 'N') {
      expect(';');
      return null;
    }

    expect(':');
    switch (kind) {
      case 'b':
        return until(0x3b) === '1';
      case 'i':
      case 'd': {
        const number = until(0x3b);
        if (!/^-?(\d+(\.\d+)?(E[+-]?\d+)?|INF|NAN)$/i.test(number)) {
          throw new Error('bad number');
        }

        return Number.isSafeInteger(Number(number)) || kind === 'd' ? Number(number) : number;
      }
      case 's': {
        const string = counted();
        expect(';');
        return string;
      }
      case 'a': {
        const pairs = entries(depth);
        return pairs.every(([k], i) => k === i) ? pairs.map(([, v]) => v) : Object.fromEntries(pairs.map(([k, v]) => [String(k), v]));
      }
      case 'O': {
        const name = counted();
        expect(':');
        return { [`class ${name}`]: Object.fromEntries(entries(depth).map(([k, v]) => [String(k).replaceAll('\0', ' ').trim(), v])) };
      }
      default:
        throw new Error('unknown');
    }
  }

  try {
    const result = value(0);
    return at === bytes.length ? JSON.stringify(result, null, 2) : null;
  } catch {
    return null;
  }
}

function isReadable(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return text.length > 0 && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text);
}

function isKnownMagic(bytes: Uint8Array): boolean {
  return (
    startsWith(bytes, [0x1f, 0x8b]) ||
    startsWith(bytes, [0x28, 0xb5, 0x2f, 0xfd]) ||
    startsWith(bytes, [0xac, 0xed]) ||
    (bytes[0] === 0x78 && (0x7800 + bytes[1]!) % 31 === 0)
  );
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/** Words found inside bytes, one a line: what `strings` would show. */
function printableRuns(bytes: Uint8Array): string {
  const runs = String.fromCharCode(...bytes.subarray(0, 65536)).match(/[\x20-\x7e]{3,}/g) ?? [];
  return runs.join('\n');
}

function hexPreview(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, 512)].map((b) => b.toString(16).padStart(2, '0'));
  const lines: string[] = [];
  for (let i = 0; i < shown.length; i += 16) {
    lines.push(shown.slice(i, i + 16).join(' '));
  }

  return lines.join('\n') + (bytes.length > 512 ? '\n…' : '');
}
