import { commandOf, syntaxOf, type CommandTable } from '@/lib/commandDocs';
import { bold, painted } from './ansi';

/** What `help …` says. `words` are in upper case. */
export function helpText(words: readonly string[], table: CommandTable | null): string {
  return `${helpLines(words, table).join('\r\n')}\r\n`;
}

function helpLines(words: readonly string[], table: CommandTable | null): string[] {
  if (table === null) return [painted('The list of commands is not loaded yet.', 'note')];
  if (words.length === 0) return general;
  if (words[0]!.startsWith('@')) return ofGroup(words[0]!.slice(1).toLowerCase().replaceAll('_', '-'), table);
  const found = commandOf(words, table);
  if (found === null) return [painted(`The server has no command ${words.join(' ')}.`, 'note')];

  const { doc } = found;
  const lines = [`${bold(doc.name)} ${painted(syntaxOf(doc), 'key')}`, doc.summary];
  if (doc.complexity !== '') lines.push(painted(`Cost: ${doc.complexity}`, 'note'));
  if (doc.since !== '') lines.push(painted(`Since ${doc.since} · @${doc.group}`, 'note'));
  for (const sub of doc.subcommands) lines.push(`  ${sub.padEnd(16)} ${painted(table.get(`${doc.name} ${sub}`)?.summary ?? '', 'note')}`);
  return lines.map((line) => line.replace(/\n/g, ' '));
}

function ofGroup(group: string, table: CommandTable): string[] {
  const docs = [...table.values()].filter((doc) => doc.group.replaceAll('_', '-') === group).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (docs.length > 0) return docs.map((doc) => `${bold(doc.name)} ${painted(syntaxOf(doc), 'note')}`);
  const groups = [...new Set([...table.values()].map((doc) => doc.group))].sort();
  return [painted(`No such group. There are: ${groups.map((g) => `@${g}`).join(' ')}`, 'note')];
}

const general = [
  `${bold('help COMMAND')}   what a command takes and does, e.g. ${painted('help zadd', 'key')}`,
  `${bold('help @GROUP')}    commands of a group, e.g. ${painted('help @stream', 'key')}`,
  `${bold('clear')}          empties the screen (Ctrl-L)`,
  `${bold('history')}        the lines typed so far (Ctrl-R searches)`,
  `${bold('5 PING')}         a number in front repeats a command`,
  painted('Tab completes. Ctrl-C leaves MONITOR and SUBSCRIBE.', 'note'),
];
