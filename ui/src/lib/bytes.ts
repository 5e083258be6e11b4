/**
 * Redis strings in the browser.
 *
 * A Redis string is bytes. Nearly all are valid UTF-8, and those travel and show best as JavaScript strings; the rest must
 * survive untouched. So a `Bulk` is a string exactly when its bytes are valid UTF-8, and a `Uint8Array` otherwise. Both
 * directions are lossless, which is what makes every editor safe for binary data.
 */
import { fromBase64, toBase64 } from '@/api/value';

export type Bulk = string | Uint8Array;

const encoder = new TextEncoder();
// `ignoreBOM` keeps a leading U+FEFF: without it the decoder would swallow three bytes of somebody's value.
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function toBytes(value: Bulk): Uint8Array {
  return typeof value === 'string' ? encoder.encode(value) : value;
}

/** The string that these bytes spell, or null when they aren't UTF-8. */
export function utf8OrNull(bytes: Uint8Array): string | null {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return null;
  }
}

export function fromBytes(bytes: Uint8Array): Bulk {
  return utf8OrNull(bytes) ?? bytes;
}

export function byteLength(value: Bulk): number {
  return typeof value === 'string' ? encoder.encode(value).length : value.length;
}

export function sameBulk(a: Bulk, b: Bulk): boolean {
  if (typeof a === 'string' || typeof b === 'string') {
    return a === b;
  }

  return sameBytes(a, b);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) {
    return false;
  }

  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) {
      return false;
    }
  }

  return true;
}

/** A string that is equal for equal values only: for Map keys and React keys. */
export function bulkId(value: Bulk): string {
  return typeof value === 'string' ? `t${value}` : `b${toBase64(value)}`;
}

/** Text for eyes: control characters and bytes that aren't UTF-8 stand as escapes, everything else as itself. */
export function display(value: Bulk, limit = Infinity): string {
  if (typeof value === 'string') {
    const cut = value.length > limit ? value.slice(0, limit) : value;
    // eslint-disable-next-line no-control-regex
    const shown = cut.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, escapeControl);
    return cut === value ? shown : `${shown}…`;
  }

  const cut = value.length > limit ? value.subarray(0, limit) : value;
  let shown = '';
  for (const byte of cut) {
    shown += byte === 0x5c ? '\\\\' : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : escapeControl(String.fromCharCode(byte));
  }

  return cut.length === value.length ? shown : `${shown}…`;
}

function escapeControl(character: string): string {
  switch (character) {
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    default: {
      const code = character.charCodeAt(0);
      return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
    }
  }
}

/**
 * A key as one segment of an address. Plain keys stay readable; those that a router or a browser could touch (slashes,
 * percent signs, dots alone, emptiness, bytes that aren't UTF-8) go as `~` and base64url.
 */
export function keyToSegment(key: Bulk): string {
  if (typeof key === 'string' && key !== '' && key !== '.' && key !== '..' && !/^~|[%/\\?#\s]|[\ud800-\udfff]/.test(key) && display(key) === key) {
    return encodeURIComponent(key).replace(/%3A/g, ':').replace(/%40/g, '@').replace(/%2C/g, ',');
  }

  return `~${toBase64(toBytes(key)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')}`;
}

/** The key of a segment that the router has percent-decoded already; null when it is damaged. */
export function segmentToKey(segment: string): Bulk | null {
  if (!segment.startsWith('~')) {
    return segment;
  }

  try {
    return fromBytes(fromBase64(segment.slice(1).replace(/-/g, '+').replace(/_/g, '/')));
  } catch {
    return null;
  }
}

/** A glob that matches exactly this text: for SCAN MATCH. */
export function escapeGlob(value: Bulk): Bulk {
  if (typeof value === 'string') {
    return value.replace(/[\\*?[\]^]/g, '\\$&');
  }

  const out: number[] = [];
  for (const byte of value) {
    if ('\\*?[]^'.includes(String.fromCharCode(byte))) {
      out.push(0x5c);
    }

    out.push(byte);
  }

  return fromBytes(Uint8Array.from(out));
}

export function concatBulk(a: Bulk, b: Bulk): Bulk {
  if (typeof a === 'string' && typeof b === 'string') {
    return a + b;
  }

  const left = toBytes(a);
  const right = toBytes(b);
  const joined = new Uint8Array(left.length + right.length);
  joined.set(left);
  joined.set(right, left.length);
  return fromBytes(joined);
}

export function startsWithBulk(value: Bulk, prefix: Bulk): boolean {
  if (typeof value === 'string' && typeof prefix === 'string') {
    return value.startsWith(prefix);
  }

  const bytes = toBytes(value);
  const start = toBytes(prefix);
  return bytes.length >= start.length && sameBytes(bytes.subarray(0, start.length), start);
}
