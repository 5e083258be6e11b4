import { describe, expect, it } from 'vitest';
import { BigNumber, Double, ErrorValue, RespMap, RespSet, Status, Verbatim, type RespValue } from '@/api/value';
import { renderPlain, renderReply } from './render';

const map = (...entries: [RespValue, RespValue][]): RespMap => new RespMap(entries);
const numbers = Array.from({ length: 10 }, (_, i) => i + 3);

/** Replies and how redis-cli 7.0.15 -3 --no-raw prints them. */
const table: readonly (readonly [name: string, value: RespValue, text: string])[] = [
  ['string', 'Hello World', '"Hello World"'],
  ['bytes', Uint8Array.of(0xff, 0x0a), '"\\xff\\n"'],
  ['integer', 12345, '(integer) 12345'],
  ['large integer', 9007199254740993n, '(integer) 9007199254740993'],
  ['double', new Double('3.141'), '(double) 3.141'],
  ['null', null, '(nil)'],
  ['booleans', [true, false], '1) (true)\n2) (false)'],
  ['status', new Status('OK'), 'OK'],
  ['error', new ErrorValue('ERR a'), '(error) ERR a'],
  ['verbatim', new Verbatim('txt', 'This is a verbatim\nstring'), 'This is a verbatim\nstring'],
  ['array', [0, 1, 2], '1) (integer) 0\n2) (integer) 1\n3) (integer) 2'],
  ['empty array', [], '(empty array)'],
  ['set', new RespSet([0, 1]), '1~ (integer) 0\n2~ (integer) 1'],
  ['empty set', new RespSet([]), '(empty set)'],
  ['map', map([0, false], [1, true]), '1# (integer) 0 => (false)\n2# (integer) 1 => (true)'],
  ['empty map', map(), '(empty hash)'],
  [
    'nested arrays',
    [1, [2, [], 'x'], numbers, null],
    [
      '1) (integer) 1',
      '2) 1) (integer) 2',
      '   2) (empty array)',
      '   3) "x"',
      '3)  1) (integer) 3',
      ...numbers.slice(1).map((n, i) => `   ${String(i + 2).padStart(2)}) (integer) ${n}`),
      '4) (nil)',
    ].join('\n'),
  ],
  ['array in map', map(['a', [1, 2]]), '1# "a" => \n   1) (integer) 1\n   2) (integer) 2'],
  ['short ones in map', map(['a', []], ['b', map(['c', [1]])]), '1# "a" => (empty array)\n2# "b" => 1# "c" => 1) (integer) 1'],
  ['map in map', map([1, map(['a', 'x'], ['b', 2])]), '1# (integer) 1 => \n   1# "a" => "x"\n   2# "b" => (integer) 2'],
  ['deep', map(['b', [[[1, 2]]]]), '1# "b" => \n   1) 1) 1) (integer) 1\n         2) (integer) 2'],
  ['big number', new BigNumber('123456789012345678901'), '(big number) 123456789012345678901'],
];

describe('replies', () => {
  it.each(table)('%s', (_, value, text) => {
    expect(renderPlain(value, { escapeNonAscii: true })).toBe(text);
  });

  it('keep text legible, and can be as strict as redis-cli', () => {
    expect(renderPlain('é')).toBe('"é"');
    expect(renderPlain('é', { escapeNonAscii: true })).toBe('"\\xc3\\xa9"');
  });

  it('let no escape sequence through to the terminal', () => {
    const evil = '\u001b[2J\u009b1m';
    for (const value of [evil, new Status(evil), new ErrorValue(evil), new Verbatim('txt', evil), [map([evil, evil])]] as RespValue[]) {
      // eslint-disable-next-line no-control-regex
      expect(renderPlain(value)).not.toMatch(/[\u001b\u009b]/);
    }
  });

  it('stop at the limit and say what is missing', () => {
    const lines = renderReply(
      Array.from({ length: 5000 }, (_, i) => i),
      { maxLines: 100 },
    );
    expect(lines.length).toBe(101);
    expect(
      lines
        .at(-1)!
        .map((piece) => piece.text)
        .join(''),
    ).toBe('… 4,900 more values not shown');
  });

  it('cut long strings at a character', () => {
    expect(renderPlain('ü'.repeat(20_000), { maxStringBytes: 5 })).toBe('"üü" … 39,995 more bytes');
  });
});
