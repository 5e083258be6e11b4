import { describe, expect, it } from 'vitest';
import { bulkId, concatBulk, display, escapeGlob, fromBytes, keyToSegment, sameBulk, segmentToKey, startsWithBulk, toBytes, type Bulk } from './bytes';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const awkward: Bulk[] = [
  '',
  'user:1',
  'a/b',
  'a%2Fb',
  '100%',
  '.',
  '..',
  '~x',
  'ü',
  '日本',
  'a b',
  'q?x#y',
  'a\\b',
  'line\nbreak',
  '\u0000',
  '\ufeffbom',
  bytes(0xff, 0, 0x80),
  bytes(0xc3),
];

describe('Bulk', () => {
  it('is text exactly when the bytes are UTF-8', () => {
    expect(fromBytes(bytes(0xc3, 0xbc))).toBe('ü');
    expect(fromBytes(bytes(0xc3))).toEqual(bytes(0xc3));
    expect(fromBytes(bytes(0xed, 0xa0, 0x80))).toEqual(bytes(0xed, 0xa0, 0x80));
    expect(fromBytes(bytes(0xef, 0xbb, 0xbf, 0x41))).toBe('\ufeffA');
  });

  it('survives the way to bytes and back', () => {
    for (const value of awkward) expect(sameBulk(fromBytes(toBytes(value)), value)).toBe(true);
  });

  it('has different ids for different values', () => {
    expect(new Set(awkward.map(bulkId)).size).toBe(awkward.length);
    expect(bulkId(bytes(0xff))).not.toBe(bulkId('/w=='));
  });
});

describe('addresses of keys', () => {
  it('come back as they went, through a router that decodes once', () => {
    for (const key of awkward) {
      const segment = keyToSegment(key);
      expect(segment).not.toBe('');
      expect(segment).not.toMatch(/[/?#\\\s]/);
      expect(segmentToKey(decodeURIComponent(segment))).toEqual(key);
      // Whatever resolves relative addresses must not take it for a step up.
      expect(new URL(`/keys/0/${segment}`, 'http://x').pathname.split('/').length).toBe(4);
    }
  });

  it('stay readable for plain keys', () => {
    expect(keyToSegment('user:1:name')).toBe('user:1:name');
  });

  it('are refused when damaged', () => {
    expect(segmentToKey('~***')).toBeNull();
  });
});

describe('text for eyes', () => {
  it('shows what cannot be seen', () => {
    expect(display('a\n\u0000\u202eb')).toBe('a\\n\\x00\\u202eb');
    expect(display(bytes(0xff, 0x41, 0x5c))).toBe('\\xffA\\\\');
    expect(display('abcdef', 3)).toBe('abc…');
  });
});

describe('globs and prefixes', () => {
  it('escape what has a meaning', () => {
    expect(escapeGlob('a*[b]?\\')).toBe('a\\*\\[b\\]\\?\\\\');
    expect(escapeGlob(bytes(0xff, 0x2a))).toEqual(bytes(0xff, 0x5c, 0x2a));
  });

  it('join and compare over kinds', () => {
    expect(concatBulk('a', bytes(0xff))).toEqual(bytes(0x61, 0xff));
    expect(concatBulk(bytes(0xc3), bytes(0xbc))).toBe('ü');
    expect(startsWithBulk(bytes(0x61, 0xff), 'a')).toBe(true);
    expect(startsWithBulk('ab', 'b')).toBe(false);
  });
});
