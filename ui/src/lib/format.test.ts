import { describe, expect, it } from 'vitest';
import { formatAgo, formatBytes, formatCount, formatDuration, formatInteger, formatMicros, formatPercent, formatTime, formatUnit, parseMemorySize } from './format';

describe('formats', () => {
  it.each([[0, '0 B'], [1023, '1023 B'], [1024, '1 KB'], [1536, '1.5 KB'], [1048575, '1 MB'], [5.25 * 1024 ** 3, '5.25 GB'], [-2048, '−2 KB'], [NaN, '–']])('bytes %d', (value, text) => expect(formatBytes(value)).toBe(text));
  it.each([[0, '0'], [7.126, '7.13'], [42.42, '42.4'], [9999, '9,999'], [10_000, '10 k'], [12_345, '12.3 k'], [999_999, '1 M'], [1.5e9, '1.5 G'], [Infinity, '–']])('counts %d', (value, text) => expect(formatCount(value)).toBe(text));
  it.each([[0.4, '0.4 µs'], [12, '12 µs'], [999.6, '1 ms'], [1250, '1.25 ms'], [2_100_000, '2.1 s']])('micros %d', (value, text) => expect(formatMicros(value)).toBe(text));
  it.each([[0, '0 ms'], [999.9, '1 s'], [3500, '3.5 s'], [59_990, '1 min'], [245_000, '4 min 5 s'], [7_800_000, '2 h 10 min'], [273_600_000, '3 d 4 h'], [-1000, '−1 s']])('durations %d', (value, text) => expect(formatDuration(value)).toBe(text));
  it('other units', () => {
    expect([formatUnit(0.5, 'ratio'), formatUnit(0.5, 'ms'), formatUnit(2048, 'bytes/s'), formatUnit(10, '/s'), formatUnit(3, 'count')]).toEqual(['50.0 %', '500 µs', '2 KB/s', '10/s', '3']);
    expect([formatPercent(NaN), formatInteger(1234567), formatInteger(9007199254740993n)]).toEqual(['–', '1,234,567', '9,007,199,254,740,993']);
  });
  it('times', () => {
    const now = new Date(2026, 4, 5, 12, 30, 15).getTime();
    expect([formatAgo(now - 1000, now), formatAgo(now - 59_000, now), formatAgo(now - 3_700_000, now), formatAgo(now - 200_000_000, now)]).toEqual(['just now', '59 s ago', '1 h ago', '2 d ago']);
    expect(formatTime(now, now)).toBe('12:30:15');
    expect(formatTime(now - 86_400_000, now, true)).toBe('2026-05-04 12:30:15.000');
  });
  it('memory sizes as the configuration reads them', () => {
    expect(['100', '1k', '1kb', '2GB', '3 mb', '', '1.5gb', 'x'].map(parseMemorySize)).toEqual([100, 1000, 1024, 2 * 1024 ** 3, 3 * 1024 ** 2, NaN, NaN, NaN]);
  });
});
