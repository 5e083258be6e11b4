/** Rows of a hex view: offset, sixteen bytes, and the characters they would be. */
export interface HexRow {
  offset: string;
  hex: string[];
  text: string;
}

export const BytesPerRow = 16;

export function hexRow(bytes: Uint8Array, row: number, base = 0): HexRow {
  const start = row * BytesPerRow;
  const slice = bytes.subarray(start, start + BytesPerRow);
  let text = '';
  const hex: string[] = [];
  for (const byte of slice) {
    hex.push(byte.toString(16).padStart(2, '0'));
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
  }

  return { offset: (base + start).toString(16).padStart(8, '0'), hex, text };
}

export function rowsOf(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / BytesPerRow);
}

/** Hex text for editing: pairs, sixteen to a line. */
export function toHexText(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let row = 0; row < rowsOf(bytes); row++) {
    lines.push(hexRow(bytes, row).hex.join(' '));
  }

  return lines.join('\n');
}

/** Bytes of edited hex text; blanks don't count. */
export function fromHexText(text: string): { ok: true; bytes: Uint8Array } | { ok: false; error: string } {
  const compact = text.replace(/\s+/g, '');
  const bad = /[^0-9a-fA-F]/.exec(compact);
  if (bad !== null) {
    return { ok: false, error: `“${bad[0]}” is not a hexadecimal digit` };
  }

  if (compact.length % 2 !== 0) {
    return { ok: false, error: 'a byte needs two digits: one digit is missing' };
  }

  const bytes = new Uint8Array(compact.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = parseInt(compact.slice(i * 2, i * 2 + 2), 16);
  }

  return { ok: true, bytes };
}
