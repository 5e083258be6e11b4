/** Numbers for people. All give short texts of stable width, made for tabular digits. */

const sizes = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** 1536 → "1.5 KB" (1 KB = 1024 bytes, as in the server's configuration). */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return '–';
  const sign = bytes < 0 ? '−' : '';
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 1023.5 && unit < sizes.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${sign}${unit === 0 ? Math.round(value) : threeDigits(value)} ${sizes[unit]}`;
}

/** 12345 → "12.3 k"; below 10,000 in full with a thousands separator. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size < 9999.5) {
    return size < 100 && !Number.isInteger(value) ? trim(value.toFixed(size < 10 ? 2 : 1)) : formatInteger(Math.round(value));
  }
  for (const [limit, divisor, unit] of [[999_950, 1e3, 'k'], [999_950_000, 1e6, 'M'], [999_950_000_000, 1e9, 'G']] as const) {
    if (size < limit) return `${threeDigits(value / divisor)} ${unit}`;
  }
  return `${threeDigits(value / 1e12)} T`;
}

const integers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Every digit: "1,234,567". */
export function formatInteger(value: number | bigint): string {
  return typeof value === 'number' && !Number.isFinite(value) ? '–' : integers.format(value);
}

/** "1 key", "1,200 keys". */
export function formatKeys(count: number): string {
  return `${formatInteger(count)} ${count === 1 ? 'key' : 'keys'}`;
}

/** A number of things by their name: "1 change", "12.3 k changes". */
export function formatThings(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

export function formatPercent(fraction: number, digits = 1): string {
  return Number.isFinite(fraction) ? `${(fraction * 100).toFixed(digits)} %` : '–';
}

/** Microseconds: "850 µs", "1.25 ms", "2.1 s". */
export function formatMicros(us: number): string {
  if (!Number.isFinite(us)) return '–';
  if (us < 999.5) return `${us < 10 ? trim(us.toFixed(1)) : Math.round(us)} µs`;
  if (us < 999_500) return `${threeDigits(us / 1e3)} ms`;
  return formatDuration(us / 1e3);
}

/** Milliseconds: "120 ms", "3.5 s", "4 min 5 s", "2 h 10 min", "3 d 4 h". */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms < 0) return `−${formatDuration(-ms)}`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${trim((ms / 1e3).toFixed(1))} s`;
  const seconds = Math.round(ms / 1e3);
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.floor(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** "just now", "12 s ago", "3 min ago", "2 h ago", "5 d ago". */
export function formatAgo(unixMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - unixMs) / 1000));
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 3) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** The time of day, with the date when it is another day than now. */
export function formatTime(unixMs: number, nowMs: number, withMillis = false): string {
  const time = new Date(unixMs);
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}${withMillis ? `.${String(time.getMilliseconds()).padStart(3, '0')}` : ''}`;
  return new Date(nowMs).toDateString() === time.toDateString() ? clock : `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`;
}

/** By the unit names of the server's series. */
export function formatUnit(value: number, unit: string): string {
  switch (unit) {
    case 'bytes':
      return formatBytes(value);
    case 'bytes/s':
      return `${formatBytes(value)}/s`;
    case 'us':
    case 'µs':
      return formatMicros(value);
    case 'ms':
      return value < 1000 ? formatMicros(value * 1000) : formatDuration(value);
    case 's':
      return formatDuration(value * 1000);
    case 'ratio':
      return formatPercent(value);
    case '/s':
      return `${formatCount(value)}/s`;
    default:
      return formatCount(value);
  }
}

/** A byte count as the configuration writes it: "100mb", "64k", "1073741824". NaN when it is none. */
export function parseMemorySize(text: string): number {
  const match = /^(\d+)\s*(b|k|kb|m|mb|g|gb)?$/i.exec(text.trim());
  if (match === null) return NaN;
  const factors: Record<string, number> = { b: 1, k: 1e3, kb: 1024, m: 1e6, mb: 1024 ** 2, g: 1e9, gb: 1024 ** 3 };
  return Number(match[1]) * (factors[(match[2] ?? 'b').toLowerCase()] ?? NaN);
}

function pair(major: number, majorUnit: string, minor: number, minorUnit: string): string {
  return minor === 0 ? `${major} ${majorUnit}` : `${major} ${majorUnit} ${minor} ${minorUnit}`;
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  return trim(value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0));
}

function trim(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
