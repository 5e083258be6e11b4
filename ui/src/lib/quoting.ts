import { fromBytes, toBytes, type Bulk } from './bytes';

/**
 * Splitting a line into arguments the way redis-cli does, so that what people know by heart works here too:
 * blanks separate; "double quotes" know \n \r \t \b \a \xHH and \anything; 'single quotes' know \' alone; a quote may open in
 * the middle of a word, but what follows a closing quote must be a blank. The line is handled as UTF-8 bytes, because \x escapes
 * make arguments that no JavaScript string can hold.
 */
export type SplitResult = { ok: true; args: Bulk[] } | { ok: false; error: string };

const Quote = 0x22;
const Apostrophe = 0x27;
const Backslash = 0x5c;

export function splitArguments(line: string): SplitResult {
  const input = toBytes(line);
  const args: Bulk[] = [];
  let at = 0;
  for (;;) {
    while (at < input.length && isSpace(input[at]!)) {
      at++;
    }

    if (at >= input.length) {
      return { ok: true, args };
    }

    const word: number[] = [];
    let quote = 0;
    for (;;) {
      const byte = at < input.length ? input[at]! : -1;
      if (quote !== 0) {
        if (byte === -1) {
          return unbalanced(quote === Quote ? 'double quote' : 'single quote');
        }

        if (byte === quote) {
          if (at + 1 < input.length && !isSpace(input[at + 1]!)) {
            return closingQuote();
          }

          at++;
          break;
        }

        if (byte === Backslash && quote === Apostrophe && input[at + 1] === Apostrophe) {
          word.push(Apostrophe);
          at += 2;
        } else if (byte === Backslash && quote === Quote && input[at + 1] === 0x78 && isHex(input[at + 2]) && isHex(input[at + 3])) {
          word.push(hexValue(input[at + 2]!) * 16 + hexValue(input[at + 3]!));
          at += 4;
        } else if (byte === Backslash && quote === Quote && at + 1 < input.length) {
          word.push(escaped(input[at + 1]!));
          at += 2;
        } else {
          word.push(byte);
          at++;
        }
      } else if (byte === -1 || endsWord(byte)) {
        at++;
        break;
      } else if (byte === Quote || byte === Apostrophe) {
        quote = byte;
        at++;
      } else {
        word.push(byte);
        at++;
      }
    }

    args.push(fromBytes(Uint8Array.from(word)));
  }
}

/** One argument in double quotes, as redis-cli prints strings: bytes beyond ASCII and control characters as escapes. */
export function quote(value: Bulk): string {
  const bytes = toBytes(value);
  const parts: string[] = ['"'];
  for (const byte of bytes) {
    parts.push(quotedByte[byte]!);
  }

  parts.push('"');
  return parts.join('');
}

/** As `quote`, but text stays legible: what a terminal can show as itself does. */
export function quoteReadable(value: Bulk): string {
  if (typeof value !== 'string') {
    return quote(value);
  }

  // eslint-disable-next-line no-control-regex
  return `"${value.replace(/["\\\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (c) => (c.charCodeAt(0) < 0x80 ? quotedByte[c.charCodeAt(0)]! : [...toBytes(c)].map((b) => quotedByte[b]!).join('')))}"`;
}

/** An argument as somebody would type it: bare when nothing in it needs quotes. */
export function typed(value: Bulk): string {
  return typeof value === 'string' && /^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(value) && !/["'\\]/.test(value) ? value : quoteReadable(value);
}

export function joinArguments(args: readonly Bulk[]): string {
  return args.map(typed).join(' ');
}

const quotedByte: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  switch (byte) {
    case Quote:
      return '\\"';
    case Backslash:
      return '\\\\';
    case 0x0a:
      return '\\n';
    case 0x0d:
      return '\\r';
    case 0x09:
      return '\\t';
    case 0x07:
      return '\\a';
    case 0x08:
      return '\\b';
    default:
      return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
});

function unbalanced(what: string): SplitResult {
  return { ok: false, error: `Invalid argument(s): a ${what} is not closed` };
}

function closingQuote(): SplitResult {
  return { ok: false, error: 'Invalid argument(s): a closing quote must be followed by a blank' };
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** Inside a word a vertical tab or form feed is a character like any other; redis-cli is the reference for that. */
function endsWord(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0;
}

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66));
}

function hexValue(byte: number): number {
  return byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x61 + 10;
}

function escaped(byte: number): number {
  switch (byte) {
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    case 0x62:
      return 0x08;
    case 0x61:
      return 0x07;
    default:
      return byte;
  }
}
