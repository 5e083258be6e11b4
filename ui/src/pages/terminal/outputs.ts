import { ConnectionLostError, ReplyError, type Reply } from '@/api';
import { formatMicros } from '@/lib/format';
import { renderReply, withoutControls } from '@/lib/render';
import { painted, paintLines } from './ansi';

/** Replies that took longer say so. */
const slowUs = 5000;

export function replyText(reply: Reply): string {
  const slow = reply.us >= slowUs ? `${painted(`(${formatMicros(reply.us)})`, 'note')}\r\n` : '';
  return `${paintLines(renderReply(reply.value))}\r\n${slow}`;
}

export function errorText(error: unknown): string {
  if (error instanceof ReplyError) return `${painted(`(error) ${withoutControls(error.message)}`, 'error')}\r\n`;
  if (error instanceof ConnectionLostError) return `${painted(`${error.message} Whether the command ran is unknown.`, 'error')}\r\n`;
  return `${painted(error instanceof Error ? error.message : String(error), 'error')}\r\n`;
}

export function historyText(lines: readonly string[]): string {
  return lines.map((line, i) => `${painted(String(i + 1).padStart(5), 'index')}  ${withoutControls(line)}\r\n`).join('');
}
