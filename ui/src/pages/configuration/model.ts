/** Options of the server: comparing, checking and bringing together what was edited. */
import { parseMemorySize } from '@/lib/format';

export interface OptionDescriptor {
  name: string;
  group: string;
  summary: string;
  type: string;
  default: string;
  values: string[] | null;
  mutable: boolean;
  multiple: boolean;
  min?: number;
  max?: number;
  /** False for options that are accepted but change nothing in this server. */
  effective?: boolean;
  sensitive?: boolean;
}

export interface OptionChange {
  option: OptionDescriptor;
  from: string;
  to: string;
}

/** Whether two texts mean the same value: "100mb" is "104857600", and words count by their letters. */
export function isSame(option: OptionDescriptor, a: string, b: string): boolean {
  if (a === b) return true;
  if (option.type === 'memory') {
    const sizeA = parseMemorySize(a);
    return !Number.isNaN(sizeA) && sizeA === parseMemorySize(b);
  }
  if (option.type === 'int') return a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b);
  if (option.type === 'bool' || option.type === 'enum') return a.toLowerCase() === b.toLowerCase();
  const wordsA = a.trim().split(/\s+/);
  const wordsB = b.trim().split(/\s+/);
  return wordsA.length === wordsB.length && wordsA.every((word, i) => word === wordsB[i] || (option.type === 'list' && isSameWord(word, wordsB[i]!)));
}

/** Within a list: a size with its unit is the number of bytes, and a class of clients has two names. */
function isSameWord(a: string, b: string): boolean {
  const size = parseMemorySize(a);
  if (!Number.isNaN(size)) return size === parseMemorySize(b);
  return a.replace(/^slave$/i, 'replica') === b.replace(/^slave$/i, 'replica');
}

/**
 * Whether an option has its default. A default of "." is the directory that the server is in: only the server knows which, it names it by its
 * absolute path, and setting "." would change nothing.
 */
export function isDefault(option: OptionDescriptor, value: string): boolean {
  return isSame(option, value, option.default) || (option.type === 'string' && option.default === '.' && /^(\/|[a-z]:)/i.test(value));
}

/** What is wrong with a value, or null. The server has the last word; this only catches slips early. */
export function problemWith(option: OptionDescriptor, text: string): string | null {
  switch (option.type) {
    case 'bool':
      return /^(yes|no)$/i.test(text) ? null : 'It is yes or no.';
    case 'enum':
      return option.values === null || option.values.includes(text.toLowerCase()) ? null : `It is one of ${option.values.join(', ')}.`;
    case 'int':
      return /^-?\d+$/.test(text.trim()) ? outside(option, Number(text)) : 'It is a whole number.';
    case 'memory':
      if (/^\d+%$/.test(text.trim())) return null;
      return Number.isNaN(parseMemorySize(text)) ? 'It is a number of bytes, perhaps with a unit: 100mb, 2gb.' : outside(option, parseMemorySize(text));
    default:
      return /[\r\n]/.test(text) ? 'It is a single line.' : null;
  }
}

function outside(option: OptionDescriptor, value: number): string | null {
  // Limits beyond what a double holds exactly are the type's own, and no limits for people.
  if (option.min !== undefined && Math.abs(option.min) < 2 ** 53 && value < option.min) return `It is ${option.min} at least.`;
  if (option.max !== undefined && option.max < 2 ** 53 && value > option.max) return `It is ${option.max} at most.`;
  return null;
}

/** The edits that differ from what the server has now. */
export function changes(options: readonly OptionDescriptor[], values: Readonly<Record<string, string>>, edits: ReadonlyMap<string, string>): OptionChange[] {
  return options
    .filter((option) => edits.has(option.name) && !isSame(option, edits.get(option.name)!, values[option.name] ?? ''))
    .map((option) => ({ option, from: values[option.name] ?? '', to: edits.get(option.name)! }));
}

/** The arguments of one CONFIG SET for all changes: all of them come into force, or none. */
export function configSet(list: readonly OptionChange[]): string[] {
  return ['CONFIG', 'SET', ...list.flatMap((change) => [change.option.name, change.to])];
}

/** Those whose name or text has all words. Matches of the name come first. */
export function search(options: readonly OptionDescriptor[], text: string): OptionDescriptor[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...options];
  const rank = (option: OptionDescriptor) => (words.every((word) => option.name.includes(word)) ? 0 : words.every((word) => `${option.name} ${option.summary} ${option.group}`.toLowerCase().includes(word)) ? 1 : 2);
  return options
    .map((option, i) => ({ option, i, rank: rank(option) }))
    .filter((entry) => entry.rank < 2)
    .sort((a, b) => a.rank - b.rank || a.i - b.i)
    .map((entry) => entry.option);
}

const acronyms: Readonly<Record<string, string>> = { tls: 'TLS', acl: 'ACL', rdb: 'RDB', aof: 'AOF' };

/** A group's name as a heading. */
export function groupTitle(group: string): string {
  return group === '' ? 'Other' : (acronyms[group.toLowerCase()] ?? group[0]!.toUpperCase() + group.slice(1));
}
