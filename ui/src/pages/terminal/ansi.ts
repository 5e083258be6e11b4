import type { Piece, Style } from '@/lib/render';

const escape = '\x1b[';
const reset = `${escape}0m`;

/** Colours by number of the terminal's palette; the theme decides how they look. */
const codes: Record<Style, string> = {
  plain: '',
  string: '32',
  number: '36',
  nil: '90',
  error: '31',
  status: '33',
  index: '90',
  note: '90',
  key: '35',
};

export function painted(text: string, style: Style): string {
  const code = codes[style];
  return code === '' || text === '' ? text : `${escape}${code}m${text}${reset}`;
}

export function bold(text: string): string {
  return `${escape}1m${text}${reset}`;
}

export function paintLines(lines: readonly (readonly Piece[])[]): string {
  return lines.map((line) => line.map((piece) => painted(piece.text, piece.style)).join('')).join('\r\n');
}
