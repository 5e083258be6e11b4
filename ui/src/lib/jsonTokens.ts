/** Pieces of JSON text with what they are, for colours. Text that is not JSON comes through too, as far as it can be told. */
export type JsonTokenKind = 'name' | 'string' | 'number' | 'word' | 'mark' | 'other';

export interface JsonToken {
  kind: JsonTokenKind;
  text: string;
}

const pattern = /("(?:[^"\\\n]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b|([{}[\],:]+)/g;

export function jsonTokens(text: string): JsonToken[] {
  const tokens: JsonToken[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) tokens.push({ kind: 'other', text: text.slice(at, match.index) });
    const [whole, string, colon, number, word] = match;
    if (string !== undefined) {
      tokens.push({ kind: colon === undefined ? 'string' : 'name', text: string });
      if (colon !== undefined) tokens.push({ kind: 'mark', text: colon });
    } else {
      tokens.push({ kind: number !== undefined ? 'number' : word !== undefined ? 'word' : 'mark', text: whole });
    }
    at = match.index + whole.length;
  }
  if (at < text.length) tokens.push({ kind: 'other', text: text.slice(at) });
  return tokens;
}
