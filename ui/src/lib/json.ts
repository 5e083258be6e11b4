export function prettyJson(text: string): string | null {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) {
    return null;
  }

  try {
    JSON.parse(trimmed);
    return indentJson(trimmed);
  } catch {
    return null;
  }
}

/**
 * Indents JSON text token by token rather than by parse and print: numbers beyond 2^53, repeated names, escapes and the order of
 * integer-like names stay as they were stored.
 */
export function indentJson(text: string, indent = '  '): string {
  let out = '';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if (c === '"') {
      const end = stringEnd(text, at);
      out += text.slice(at, end);
      at = end - 1;
    } else if (c === '{' || c === '[') {
      const next = skipBlanks(text, at + 1);
      if (text[next] === '}' || text[next] === ']') {
        out += c + text[next]!;
        at = next;
      } else {
        depth++;
        out += `${c}\n${indent.repeat(depth)}`;
      }
    } else if (c === '}' || c === ']') {
      depth--;
      out += `\n${indent.repeat(Math.max(0, depth))}${c}`;
    } else if (c === ',') {
      out += `,\n${indent.repeat(depth)}`;
    } else if (c === ':') {
      out += ': ';
    } else if (!/\s/.test(c)) {
      out += c;
    }
  }

  return out;
}

/** The opposite of `indentJson`: the same tokens without blanks between them. */
export function compactJson(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if (c === '"') {
      const end = stringEnd(text, at);
      out += text.slice(at, end);
      at = end - 1;
    } else if (!/\s/.test(c)) {
      out += c;
    }
  }

  return out;
}

/** Where JSON text is wrong, for an editor's status line; null when it is right. */
export function jsonError(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const message = (error as Error).message;
    const position = /position (\d+)/.exec(message);
    if (position === null) {
      return message;
    }

    const before = text.slice(0, Number(position[1])).split('\n');
    return `line ${before.length}, column ${before.at(-1)!.length + 1}: ${message.replace(/ in JSON at position.*$/, '')}`;
  }
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') {
      at++;
    } else if (text[at] === '"') {
      return at + 1;
    }
  }

  return text.length;
}

function skipBlanks(text: string, at: number): number {
  while (at < text.length && /\s/.test(text[at]!)) {
    at++;
  }

  return at;
}
