import type { Bulk } from '@/lib/bytes';
import { bulkId, display } from '@/lib/bytes';
import type { Command } from './commands';

/** One line of the palette. */
export type Entry = { id: string; score: number } & ({ kind: 'command'; command: Command } | { kind: 'key'; key: Bulk } | { kind: 'option'; name: string });

export interface EntryGroup {
  heading: string;
  entries: Entry[];
}

const shownOptions = 8;
const keyHeading = 'Keys';
const optionHeading = 'Options of the server';
const headings = ['This page', 'Go to', 'Actions'];

/**
 * What the palette offers for a text, the likeliest first, which is what Enter does. A thing named in full comes before one that begins with the
 * text, that before one that has it somewhere; and a page goes before a key, and a key before an option, where they are alike.
 */
export function paletteEntries(commands: readonly Command[], keys: readonly Bulk[], options: readonly string[], text: string): EntryGroup[] {
  const wanted = text.trim().toLowerCase();
  const groups = new Map<string, Entry[]>();
  const add = (heading: string, entry: Entry) => {
    if (entry.score > 0) groups.set(heading, [...(groups.get(heading) ?? []), entry]);
  };
  for (const command of commands) add(command.group ?? 'This page', { id: `command:${command.id}`, kind: 'command', command, score: wanted === '' ? 1 : match(command.label, wanted, command.words) });
  if (wanted !== '') {
    for (const key of keys) add(keyHeading, { id: `key:${bulkId(key)}`, kind: 'key', key, score: match(display(key, 200), wanted) * 0.95 });
  }
  if (wanted.length >= 2) {
    const found = options.map((name): Entry => ({ id: `option:${name}`, kind: 'option', name, score: match(name, wanted) * 0.9 }));
    for (const entry of found.sort((a, b) => b.score - a.score).slice(0, shownOptions)) add(optionHeading, entry);
  }
  const place = (heading: string) => (headings.includes(heading) ? headings.indexOf(heading) : heading === keyHeading ? 10 : heading === optionHeading ? 11 : 9);
  return [...groups]
    .map(([heading, entries]) => ({ heading, entries: entries.sort((a, b) => b.score - a.score) }))
    .sort((a, b) => (wanted === '' ? 0 : b.entries[0]!.score - a.entries[0]!.score) || place(a.heading) - place(b.heading));
}

/** 1: it is that; 0.7: it begins so; 0.6: the keywords have it word for word; 0.5: it has every word; 0.35: with its keywords it has; 0: no. */
export function match(label: string, wanted: string, keywords = ''): number {
  const name = label.toLowerCase();
  if (name === wanted) return 1;
  if (name.startsWith(wanted)) return 0.7;
  if (` ${keywords.toLowerCase()} `.includes(` ${wanted} `)) return 0.6;
  const words = wanted.split(/\s+/);
  if (words.every((word) => name.includes(word))) return 0.5;
  const text = `${name} ${keywords.toLowerCase()}`;
  return words.every((word) => text.includes(word)) ? 0.35 : 0;
}
