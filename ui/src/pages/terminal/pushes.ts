import { Status, asList, asText, type RespValue } from '@/api';
import { display, type Bulk } from '@/lib/bytes';
import { renderReply, withoutControls } from '@/lib/render';
import { painted, paintLines } from './ansi';

/** A message from outside: a publication as channel and text, MONITOR's lines as they are, anything else as a reply. */
export function renderPush(value: RespValue): string {
  if (value instanceof Status) return monitorLine(value.text);
  const items = asList(value);
  const kind = asText(items[0]);
  if ((kind === 'message' || kind === 'smessage') && items.length === 3) {
    return `${painted(display(bulkOf(items[1])), 'key')} ${painted(display(bulkOf(items[2])), 'string')}`;
  }

  if (kind === 'pmessage' && items.length === 4) {
    return `${painted(display(bulkOf(items[2])), 'key')} ${painted(`(${display(bulkOf(items[1]))})`, 'note')} ${painted(display(bulkOf(items[3])), 'string')}`;
  }

  if (/^[ps]?(un)?subscribe$/.test(kind)) {
    return painted(`${kind} ${items[1] === null ? '' : `${display(bulkOf(items[1]))} `}(${asText(items[2])} in all)`, 'note');
  }

  return paintLines(renderReply(value, { maxLines: 50 }));
}

/** `1700000000.123456 [0 127.0.0.1:5000] "GET" "k"` */
function monitorLine(text: string): string {
  const match = /^(\d+\.\d+) (\[[^\]]*\]) ("[^"]*")(.*)$/s.exec(text);
  if (match === null) return withoutControls(text);
  const [, time, origin, command, rest] = match;
  return `${painted(time!, 'index')} ${painted(origin!, 'note')} ${painted(command!, 'key')}${withoutControls(rest!)}`;
}

function bulkOf(value: RespValue | undefined): Bulk {
  return value instanceof Uint8Array ? value : asText(value);
}
