/**
 * What a terminal sends, cut into keys. One chunk may hold several (fast typing, a phone's keyboard, a test), and a bracketed paste
 * is text even where it contains control characters.
 */
export type TerminalInput = { kind: 'key'; data: string } | { kind: 'paste'; text: string };

const PasteStart = '\x1b[200~';
const PasteEnd = '\x1b[201~';

export function splitInput(data: string): TerminalInput[] {
  const inputs: TerminalInput[] = [];
  let at = 0;
  while (at < data.length) {
    if (data.startsWith(PasteStart, at)) {
      const end = data.indexOf(PasteEnd, at);
      const stop = end < 0 ? data.length : end;
      inputs.push({ kind: 'paste', text: data.slice(at + PasteStart.length, stop) });
      at = end < 0 ? data.length : end + PasteEnd.length;
      continue;
    }

    const rest = data.slice(at);
    // eslint-disable-next-line no-control-regex
    const match = /^(?:\x1b(?:\[[0-9;]*[~A-Za-z]|O[A-Za-z]|[^[O])|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+)/.exec(rest);
    const key = match?.[0] ?? rest[0]!;
    inputs.push({ kind: 'key', data: key });
    at += key.length;
  }

  return inputs;
}

/** Pasted text as lines to run; the last one, not ended by a line break, is what stays for editing. */
export function pastedLines(text: string): { run: string[]; rest: string } {
  const lines = text.replace(/\r\n?/g, '\n').split('\n').map(cleanLine);
  const rest = lines.pop() ?? '';
  return { run: lines, rest };
}

function cleanLine(line: string): string {
  // eslint-disable-next-line no-control-regex
  return line.replace(/\t/g, ' ').replace(/[\x00-\x1f\x7f]/g, '');
}
