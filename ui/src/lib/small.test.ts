import { describe, expect, it } from 'vitest';
import { dangerOf } from './danger';
import { parseDuration } from './durations';
import { looksLikePositions, positionOfScore } from './geohash';
import { fromHexText, hexRow, toHexText } from './hex';
import { boundsOf, fit, project, unproject } from './mercator';
import { splitArguments } from './quoting';
import { pastedLines, splitInput } from './terminalKeys';
import { maxScrollHeight, positionOf, rowInView, scrollTopOf } from './virtualRows';

describe('what is asked about first', () => {
  const danger = (line: string) => {
    const split = splitArguments(line);
    return split.ok ? dangerOf(split.args) : null;
  };

  it.each([
    'FLUSHALL',
    'flushdb async',
    'SHUTDOWN NOSAVE',
    'DEBUG SEGFAULT',
    'config set dir /tmp',
    'CONFIG SET maxmemory-policy noeviction',
    'CONFIG SET hz 10 DIR /tmp',
    'REPLICAOF NO ONE',
    'REPLICAOF host 1',
    'KEYS *',
    `DEL ${'k '.repeat(100)}`,
    'ACL DELUSER x',
    'SCRIPT FLUSH',
  ])('%s', (line) => {
    expect(danger(line)).not.toBeNull();
  });

  it.each(['GET FLUSHALL', 'SET k v', 'SHUTDOWN ABORT', 'DEBUG OBJECT k', 'CONFIG GET dir', 'CONFIG SET hz 10', 'DEL a b', 'ACL LIST', 'HGETALL h', ''])(
    'not %j',
    (line) => {
      expect(danger(line)).toBeNull();
    },
  );
});

describe('lengths of time', () => {
  it.each([
    ['90', 90_000],
    ['90 s', 90_000],
    ['5 min', 300_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['1.5 h', 5_400_000],
    ['250ms', 250],
    ['', null],
    ['-5', null],
    ['soon', null],
    ['5 parsecs', null],
    ['0', null],
    ['1 h 30', 3_630_000],
    ['1.5.5', null],
    [`${'1'.repeat(60)}!`, null],
  ])('%j', (text, ms) => expect(parseDuration(text)).toBe(ms));
});

describe('positions', () => {
  // Scores and positions as GEOADD and GEOPOS of redis-server 7.0.15 give them.
  it.each([
    [3479099956230698, 13.361389338970184, 38.1155563954963],
    [3479447370796909, 15.087267458438873, 37.50266842333162],
  ])('score %d', (score, longitude, latitude) => {
    const position = positionOfScore(score)!;
    expect(position.longitude).toBeCloseTo(longitude, 9);
    expect(position.latitude).toBeCloseTo(latitude, 9);
  });

  it('are told from other scores', () => {
    expect(looksLikePositions([3479099956230698, 3479447370796909])).toBe(true);
    expect(looksLikePositions([1, 2])).toBe(false);
    expect(looksLikePositions([1763850000000])).toBe(false);
    expect(positionOfScore(-1)).toBeNull();
    expect(positionOfScore(2 ** 53)).toBeNull();
  });

  it('go to the screen and back', () => {
    const places = [
      { longitude: 13.4, latitude: 52.5 },
      { longitude: -9.1, latitude: 38.7 },
    ];
    const camera = fit(boundsOf(places), 600, 400);
    for (const place of places) {
      const [x, y] = project(place, camera, 600, 400);
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(600);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(400);
      const back = unproject(x, y, camera, 600, 400);
      expect(back.longitude).toBeCloseTo(place.longitude, 9);
      expect(back.latitude).toBeCloseTo(place.latitude, 9);
    }
  });
});

describe('hexadecimal', () => {
  it('comes back as it went', () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => (i * 7) & 255);
    expect(fromHexText(toHexText(bytes))).toEqual({ ok: true, bytes });
    expect(fromHexText('0g').ok).toBe(false);
    expect(fromHexText('abc').ok).toBe(false);
  });

  it('shows characters beside the digits', () => {
    expect(hexRow(Uint8Array.of(0x41, 0, 0xff), 0, 32)).toEqual({ offset: '00000020', hex: ['41', '00', 'ff'], text: 'A··' });
  });
});

describe('keys of a terminal', () => {
  it('are told apart in one chunk', () => {
    expect(splitInput('ab\x1b[A\x1b[1;5D\x7f\x1bb\rü')).toEqual(
      ['ab', '\x1b[A', '\x1b[1;5D', '\x7f', '\x1bb', '\r', 'ü'].map((data) => ({ kind: 'key', data })),
    );
  });

  it('know a paste', () => {
    expect(splitInput('x\x1b[200~a\tb\rc\x1b[201~y')).toEqual([
      { kind: 'key', data: 'x' },
      { kind: 'paste', text: 'a\tb\rc' },
      { kind: 'key', data: 'y' },
    ]);
    expect(pastedLines('a\r\nb\tc\rd')).toEqual({ run: ['a', 'b c'], rest: 'd' });
    expect(pastedLines('one\u001b[31m')).toEqual({ run: [], rest: 'one[31m' });
  });
});

describe('a window over rows', () => {
  const small = { count: 1000, rowHeight: 30, height: 600 };
  const huge = { count: 2_000_000, rowHeight: 30, height: 600 };

  it('scrolls pixel by pixel while that is possible', () => {
    expect(positionOf(45, small)).toBe(1.5);
    expect(scrollTopOf(1.5, small)).toBe(45);
  });

  it('reaches the last of two million rows', () => {
    expect(positionOf(maxScrollHeight - 600, huge)).toBe(2_000_000 - 20);
    expect(positionOf(0, huge)).toBe(0);
    expect(positionOf(scrollTopOf(1_234_567, huge), huge)).toBeCloseTo(1_234_567, 3);
  });

  it('moves just as far as it must', () => {
    expect(rowInView(5, 0, small)).toBe(0);
    expect(rowInView(25, 0, small)).toBe(6);
    expect(rowInView(3, 10, small)).toBe(3);
  });
});
