import { asList, asRecord, asText, type RespValue } from '@/api/value';

/**
 * The server's own description of its commands (COMMAND DOCS), made into what a terminal needs: names to complete, the grammar
 * of each command, and a line of help. Whatever the server offers is offered here, with no second list to keep.
 */
export interface CommandDoc {
  /** Upper case, with subcommands as `CONFIG SET`. */
  name: string;
  summary: string;
  since: string;
  group: string;
  complexity: string;
  args: ArgumentDoc[];
  subcommands: string[];
}

export interface ArgumentDoc {
  name: string;
  type: string;
  token: string | null;
  optional: boolean;
  multiple: boolean;
  multipleToken: boolean;
  args: ArgumentDoc[];
}

export type CommandTable = ReadonlyMap<string, CommandDoc>;

export function readCommandDocs(reply: RespValue): CommandTable {
  const table = new Map<string, CommandDoc>();
  for (const [name, doc] of Object.entries(asRecord(reply))) {
    readCommand(name.toUpperCase(), doc, table);
  }

  return table;
}

function readCommand(name: string, reply: RespValue, table: Map<string, CommandDoc>): void {
  const doc = asRecord(reply);
  const subcommands: string[] = [];
  for (const [sub, subDoc] of Object.entries(asRecord(doc['subcommands']))) {
    // "config|set" stands under "config".
    const full = sub.toUpperCase().replace('|', ' ');
    subcommands.push(full.slice(full.indexOf(' ') + 1));
    readCommand(full, subDoc, table);
  }

  table.set(name, {
    name,
    summary: asText(doc['summary']),
    since: asText(doc['since']),
    group: asText(doc['group']),
    complexity: asText(doc['complexity']),
    args: asList(doc['arguments']).map(readArgument),
    subcommands: subcommands.sort(),
  });
}

function readArgument(reply: RespValue): ArgumentDoc {
  const doc = asRecord(reply);
  const flags = asList(doc['flags']).map(asText);
  const token = doc['token'];
  return {
    name: asText(doc['display_text']) || asText(doc['name']),
    type: asText(doc['type']),
    token: token === undefined || token === null ? null : asText(token),
    optional: flags.includes('optional'),
    multiple: flags.includes('multiple'),
    multipleToken: flags.includes('multiple_token'),
    args: asList(doc['arguments']).map(readArgument),
  };
}

/** The grammar of a command in the usual notation: `key [NX | XX] [EX seconds]`. */
export function syntaxOf(doc: CommandDoc): string {
  if (doc.args.length === 0 && doc.subcommands.length > 0) {
    return 'subcommand …';
  }

  return doc.args.map(syntaxOfArgument).join(' ');
}

export function syntaxOfArgument(arg: ArgumentDoc): string {
  let text: string;
  if (arg.type === 'oneof') {
    text = arg.args.map(syntaxOfArgument).join(' | ');
    if (!arg.optional && arg.args.length > 1) {
      text = `<${text}>`;
    }
  } else if (arg.type === 'block') {
    text = arg.args.map(syntaxOfArgument).join(' ');
  } else {
    text = arg.type === 'pure-token' ? '' : arg.name;
  }

  if (arg.token !== null) {
    const token = arg.token === '' ? '""' : arg.token;
    text = text === '' ? token : `${token} ${text}`;
  }

  if (arg.multiple) {
    text = arg.multipleToken ? `${text} [${text} …]` : `${text} [${withoutToken(text, arg.token)} …]`;
  }

  return arg.optional ? `[${text}]` : text;
}

function withoutToken(text: string, token: string | null): string {
  return token !== null && text.startsWith(`${token} `) ? text.slice(token.length + 1) : text;
}

/** The command that a line names, subcommand included, and how many words name it. */
export function commandOf(words: readonly string[], table: CommandTable): { doc: CommandDoc; words: number } | null {
  const first = words[0]?.toUpperCase();
  if (first === undefined) {
    return null;
  }

  if (words.length > 1) {
    const sub = table.get(`${first} ${words[1]!.toUpperCase()}`);
    if (sub !== undefined) {
      return { doc: sub, words: 2 };
    }
  }

  const doc = table.get(first);
  return doc === undefined ? null : { doc, words: 1 };
}

export interface Completion {
  /** What is put in. */
  text: string;
  help: string;
}

/**
 * Completions for the last word. `words` are those before it. Lower case in, lower case out, as redis-cli does.
 */
export function completions(words: readonly string[], partial: string, table: CommandTable): Completion[] {
  const wanted = partial.toUpperCase();
  const isLower = partial !== '' ? partial === partial.toLowerCase() : words.length > 0 && words[0] === words[0]!.toLowerCase();
  const cased = (text: string): string => (isLower ? text.toLowerCase() : text);
  if (words.length === 0) {
    return [...table.values()]
      .filter((doc) => !doc.name.includes(' ') && doc.name.startsWith(wanted))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((doc) => ({ text: cased(doc.name), help: doc.summary }));
  }

  const command = commandOf(words, table);
  if (command === null) {
    return [];
  }

  if (command.words === 1 && words.length === 1 && command.doc.subcommands.length > 0) {
    return command.doc.subcommands
      .filter((sub) => sub.startsWith(wanted))
      .map((sub) => ({ text: cased(sub), help: table.get(`${command.doc.name} ${sub}`)?.summary ?? '' }));
  }

  const given = new Set(words.slice(command.words).map((w) => w.toUpperCase()));
  const seen = new Set<string>();
  const found: Completion[] = [];
  const visit = (arg: ArgumentDoc): void => {
    if (arg.token !== null && arg.token !== '' && arg.token.startsWith(wanted) && (!given.has(arg.token) || arg.multipleToken) && !seen.has(arg.token)) {
      seen.add(arg.token);
      found.push({ text: cased(arg.token), help: arg.type === 'pure-token' ? '' : syntaxOfArgument({ ...arg, optional: false, multiple: false }) });
    }

    arg.args.forEach(visit);
  };
  command.doc.args.forEach(visit);
  return found;
}

/** What may still follow on the line: the hint that stands greyed out behind the cursor. */
export function hintFor(words: readonly string[], endsWithBlank: boolean, table: CommandTable): string {
  const command = commandOf(words, table);
  if (command === null) {
    return '';
  }

  const rest = words.slice(command.words);
  if (!endsWithBlank && rest.length === 0) {
    // Still inside the name: the whole grammar, unless the name could go on.
    return words.length === command.words && (table.has(words.join(' ').toUpperCase()) || command.words === 1) ? ` ${syntaxOf(command.doc)}` : '';
  }

  const remaining = consume(command.doc.args, rest);
  const hint = remaining.map(syntaxOfArgument).join(' ');
  return hint === '' ? '' : endsWithBlank ? hint : ` ${hint}`;
}

/** Takes the words that are there off the grammar: positional arguments in order, options wherever their token stands. */
function consume(args: readonly ArgumentDoc[], words: readonly string[]): ArgumentDoc[] {
  const left = [...args];
  let at = 0;
  while (at < words.length && left.length > 0) {
    const word = words[at]!.toUpperCase();
    const option = left.findIndex((arg) => startsWithToken(arg, word));
    if (option >= 0) {
      const arg = left[option]!;
      const chosen = arg.type === 'oneof' && arg.token === null ? arg.args.find((a) => startsWithToken(a, word))! : arg;
      at += wordsOf(chosen);
      // An option stands after all positions before it: those are done when it shows.
      left.splice(option, 1);
      continue;
    }

    const position = left.findIndex((arg) => arg.token === null && !isOption(arg));
    if (position < 0) {
      return left;
    }

    const arg = left[position]!;
    if (arg.multiple) {
      // The rest of the line can all be this; say that more may come.
      const width = arg.type === 'block' ? arg.args.length : 1;
      const count = words.length - at;
      const next = count % width;
      return next === 0 ? [{ ...arg, optional: true }, ...left.slice(position + 1)] : [...arg.args.slice(next), { ...arg, optional: true }];
    }

    at += arg.type === 'block' ? arg.args.length : 1;
    left.splice(position, 1);
  }

  return left;
}

function isOption(arg: ArgumentDoc): boolean {
  return arg.type === 'oneof'
    ? arg.args.every((a) => a.token !== null)
    : arg.type === 'block'
      ? (arg.args[0]?.token ?? null) !== null
      : arg.type === 'pure-token';
}

function startsWithToken(arg: ArgumentDoc, word: string): boolean {
  if (arg.token !== null) {
    return arg.token === word;
  }

  if (arg.type === 'oneof') {
    return arg.args.some((a) => startsWithToken(a, word));
  }

  return arg.type === 'block' && arg.args[0] !== undefined && startsWithToken(arg.args[0], word);
}

function wordsOf(arg: ArgumentDoc): number {
  const own = arg.token === null ? 0 : 1;
  switch (arg.type) {
    case 'pure-token':
      return own;
    case 'block':
      return own + arg.args.reduce((sum, a) => sum + wordsOf(a), 0);
    case 'oneof':
      return own + (arg.args[0] === undefined ? 0 : wordsOf(arg.args[0]));
    default:
      return own + 1;
  }
}
