import { describe, expect, it } from 'vitest';
import { asBytes, asList, asNumber, asPairs, asRecord, asText, BigNumber, decodeValue, Double, encodeArgument, ErrorValue, fromBase64, RespMap, RespSet, Status, toBase64, Verbatim } from './value';

describe('decodeValue', () => {
  it('leaves what JSON can say', () => {
    expect(decodeValue(['a', 1, true, null, ['b']])).toEqual(['a', 1, true, null, ['b']]);
  });
  it('tells kinds of text apart', () => {
    expect(decodeValue({ $: 'status', value: 'OK' })).toEqual(new Status('OK'));
    expect(decodeValue({ $: 'error', value: 'ERR x' })).toEqual(new ErrorValue('ERR x'));
    expect(decodeValue({ $: 'verbatim', format: 'txt', value: 'a' })).toEqual(new Verbatim('txt', 'a'));
  });
  it('keeps numbers whole', () => {
    expect(decodeValue({ $: 'integer', value: '9223372036854775807' })).toBe(9223372036854775807n);
    expect(decodeValue({ $: 'bignum', value: '123456789012345678901234567890' })).toEqual(new BigNumber('123456789012345678901234567890'));
    const double = decodeValue({ $: 'double', value: '1e+17' }) as Double;
    expect([double.text, double.value]).toEqual(['1e+17', 1e17]);
    expect(new Double('-inf').value).toBe(-Infinity);
    expect(new Double('nan').value).toBeNaN();
  });
  it('gives bytes as they were', () => {
    expect(decodeValue({ $: 'bytes', base64: '/wAB' })).toEqual(new Uint8Array([255, 0, 1]));
  });
  it('goes into collections', () => {
    const map = decodeValue({ $: 'map', entries: [['k', { $: 'set', items: [{ $: 'integer', value: '5' }] }]] }) as RespMap;
    expect(map.get('k')).toEqual(new RespSet([5n]));
    expect(map.get('missing')).toBeUndefined();
  });
  it('refuses what it does not know', () => {
    expect(() => decodeValue({ $: 'surprise' } as never)).toThrow(/unknown kind/);
  });
});

describe('base64', () => {
  it('survives any bytes, and more than fits on the stack', () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31) & 255);
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    expect(encodeArgument(new Uint8Array([0, 255]))).toEqual({ base64: 'AP8=' });
    expect([encodeArgument(12), encodeArgument('x'), encodeArgument(1n)]).toEqual(['12', 'x', '1']);
  });
});

describe('reading values', () => {
  it('takes text from anything that has some', () => {
    expect([asText('a'), asText(1), asText(new Status('OK')), asText(new Uint8Array([104, 255])), asText(null), asText([])]).toEqual(['a', '1', 'OK', 'h\ufffd', '', '']);
    expect(asBytes('é')).toEqual(new Uint8Array([0xc3, 0xa9]));
  });
  it('takes numbers from numbers and their text', () => {
    expect([asNumber(1), asNumber(2n), asNumber('3.5'), asNumber(new Double('4')), asNumber(true)]).toEqual([1, 2, 3.5, 4, 1]);
    expect([asNumber('x'), asNumber(''), asNumber(null), asNumber(undefined)]).toEqual([NaN, NaN, NaN, NaN]);
  });
  it('reads maps of both protocols', () => {
    expect(asPairs(['a', 1, 'b', 2])).toEqual([['a', 1], ['b', 2]]);
    expect(asPairs([['a', 1], ['b', 2]])).toEqual([['a', 1], ['b', 2]]);
    expect(asRecord(new RespMap([['__proto__', 1]]))['__proto__']).toBe(1);
    expect(asList(new RespSet(['x']))).toEqual(['x']);
    expect(asList('x')).toEqual([]);
  });
});
