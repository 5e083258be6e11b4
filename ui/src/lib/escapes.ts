import { type Bulk, sameBulk } from './bytes';
import { quoteReadable, splitArguments } from './quoting';

/** A value as text with escapes, the way it stands between double quotes in redis-cli: any bytes can be typed like that. */
export function toEscaped(value: Bulk): string {
  return quoteReadable(value).slice(1, -1).replaceAll('\\"', '"');
}

export function fromEscaped(text: string): { ok: true; value: Bulk } | { ok: false; error: string } {
  if (/(^|[^\\])(\\\\)*\\$/.test(text)) return { ok: false, error: 'A single backslash at the end escapes nothing: write two.' };
  const quoted = `"${text.replace(/\\[\s\S]|"/g, (part) => (part === '"' ? '\\"' : part))}"`;
  const split = splitArguments(quoted);
  if (!split.ok || split.args.length !== 1) return { ok: false, error: 'The escapes are not complete.' };
  return { ok: true, value: split.args[0]! };
}

/** Whether plain text editing keeps the value: it is text, and a text box does not change its line breaks. */
export function isPlainText(value: Bulk): value is string {
  // eslint-disable-next-line no-control-regex
  return typeof value === 'string' && !/[\u0000-\u0008\u000b-\u001f\u007f]/.test(value);
}

export function isSameValue(a: Bulk | null, b: Bulk | null): boolean {
  return a === null || b === null ? a === b : sameBulk(a, b);
}
