import { describe, expect, it } from 'vitest';
import { toBytes, type Bulk } from './bytes';
import { fromEscaped, isPlainText, toEscaped } from './escapes';
import { joinArguments, quote, quoteReadable, splitArguments } from './quoting';

/** Lines and what redis-cli 7.0.15 makes of them (checked with ECHO and with --no-raw output). Null: "Invalid argument(s)". */
const table: readonly (readonly [line: string, args: readonly Bulk[] | null])[] = [
  ['', []],
  ['   ', []],
  ['GET key', ['GET', 'key']],
  ['  GET   key  ', ['GET', 'key']],
  ['SET k ""', ['SET', 'k', '']],
  ["SET k ''", ['SET', 'k', '']],
  ['ECHO "a\\x00b"', ['ECHO', 'a\u0000b']],
  ['ECHO "\\xff"', ['ECHO', Uint8Array.of(0xff)]],
  ['ECHO "\\xC3\\xBC"', ['ECHO', 'ü']],
  ['ECHO a"b"', ['ECHO', 'ab']],
  ['ECHO "a"b', null],
  ["ECHO 'a'b", null],
  ["ECHO 'it\\'s'", ['ECHO', "it's"]],
  ["ECHO 'a\\n'", ['ECHO', 'a\\n']],
  // The second backslash takes the quote's meaning away.
  ["ECHO 'a\\\\'", null],
  ["ECHO 'a\\\\b'", ['ECHO', 'a\\\\b']],
  ['ECHO a\vb', ['ECHO', 'a\vb']],
  ['ECHO "a\\qb"', ['ECHO', 'aqb']],
  ['ECHO "\\n\\r\\t\\b\\a"', ['ECHO', '\n\r\t\b\u0007']],
  ['ECHO "say \\"hi\\""', ['ECHO', 'say "hi"']],
  ['ECHO "unclosed', null],
  ["ECHO 'unclosed", null],
  ['ECHO "ends with\\', null],
  ['ECHO "\\x4"', ['ECHO', 'x4']],
  ['ECHO "\\xzz"', ['ECHO', 'xzz']],
  ['ECHO a\\nb', ['ECHO', 'a\\nb']],
  ['ECHO "a\\\\"', ['ECHO', 'a\\']],
  ['ECHO é', ['ECHO', 'é']],
  ["ECHO a'b c'", ['ECHO', 'ab c']],
  ['ECHO\ta\tb', ['ECHO', 'a', 'b']],
];

describe('splitting a line', () => {
  it.each(table)('%j', (line, args) => {
    const result = splitArguments(line);
    expect(result.ok ? result.args : null).toEqual(args);
  });

  it('reads what quoting writes, for every byte', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const result = splitArguments(`ECHO ${quote(all)}`);
    expect(result.ok && toBytes(result.args[1]!)).toEqual(all);
  });

  it('reads a joined command', () => {
    const args: Bulk[] = ['SET', 'a b', 'q"\\', "it's", '', 'ü', Uint8Array.of(1, 0xfe), '\u202e'];
    const result = splitArguments(joinArguments(args));
    expect(result.ok && result.args).toEqual(args);
  });
});

describe('quoting', () => {
  it('is that of redis-cli', () => {
    expect(quote('é')).toBe('"\\xc3\\xa9"');
    expect(quote('a"\\\n\u0000')).toBe('"a\\"\\\\\\n\\x00"');
  });

  it('leaves text legible where asked to', () => {
    expect(quoteReadable('é "x"')).toBe('"é \\"x\\""');
    expect(quoteReadable('\u202e')).toBe('"\\xe2\\x80\\xae"');
  });
});

describe('text with escapes', () => {
  it('stands for any bytes', () => {
    for (const value of ['', 'plain', 'say "hi"', 'back\\slash', 'nul\u0000', 'ü', Uint8Array.of(0xff, 0x22, 0x5c, 10)] as Bulk[]) {
      expect(fromEscaped(toEscaped(value))).toEqual({ ok: true, value });
    }
  });

  it('is refused when half an escape', () => {
    expect(fromEscaped('a\\').ok).toBe(false);
    expect(fromEscaped('a\\\\').ok).toBe(true);
  });

  it('is wanted where a text box would do damage', () => {
    expect(isPlainText('a\nb\tc')).toBe(true);
    // A text box turns \r\n into \n.
    expect(isPlainText('a\r\nb')).toBe(false);
    expect(isPlainText(Uint8Array.of(0xff))).toBe(false);
  });
});
