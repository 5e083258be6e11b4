import { Command as Cmdk } from 'cmdk';
import { ArrowRight, KeyRound, Search, Settings2 } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { asList, asRecord, asText, connection } from '@/api';
import { Kbd } from '@/components';
import { type Bulk, bulkId, display, keyToSegment } from '@/lib/bytes';
import { useRegisteredCommands } from './commands';

const groupClass = '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3';
const itemClass = 'flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm text-ink-2 data-[selected=true]:bg-hover data-[selected=true]:text-ink';

/** Ctrl-K: pages, actions, options of the server, and keys of database 0 by their beginning. */
export function CommandPalette({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const commands = useRegisteredCommands();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const keys = useMatchingKeys(open ? text.trim() : '');
  const options = useOptionNames(open);
  const { list, chosen, choose, isChosenByHand } = useFirstChoice([text, keys, options, open]);
  useEffect(() => {
    if (open) setText('');
  }, [open]);

  const go = (action: () => void) => {
    onOpenChange(false);
    action();
  };
  const groups = [...new Set(commands.map((c) => c.group ?? 'This page'))].sort((a, b) => order(a) - order(b));
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="animate-fade fixed inset-0 z-50 bg-black/55 backdrop-blur-[2px]" />
        <Radix.Content aria-describedby={undefined} className="animate-pop fixed inset-x-3 top-[8vh] z-60 mx-auto max-w-xl overflow-hidden rounded-xl bg-surface shadow-pop sm:top-[14vh]">
          <Radix.Title className="sr-only">Command palette</Radix.Title>
          <Cmdk
            label="Command palette"
            loop
            filter={matchWords}
            value={chosen}
            onValueChange={choose}
            onKeyDown={(event) => (isChosenByHand.current ||= event.key.startsWith('Arrow'))}
            onPointerMove={() => (isChosenByHand.current = true)}
            className="flex flex-col"
          >
            <div className="flex items-center gap-3 border-b border-line px-4">
              <Search aria-hidden className="size-4 text-ink-3" />
              <Cmdk.Input value={text} onValueChange={(next) => ((isChosenByHand.current = false), setText(next))} placeholder="Search keys, pages, actions and options" className="h-13 flex-1 bg-transparent text-[0.9375rem] text-ink outline-none" />
              <Kbd>Esc</Kbd>
            </div>
            <Cmdk.List ref={list} className="scroll-thin max-h-[min(26rem,56vh)] overflow-y-auto p-2 pt-0">
              <Cmdk.Empty className="py-10 text-center text-sm text-ink-3">Nothing goes by that name.</Cmdk.Empty>
              {groups.map((group) => (
                <Cmdk.Group key={group} heading={group} className={groupClass}>
                  {commands
                    .filter((c) => (c.group ?? 'This page') === group)
                    .map((c) => (
                      <Cmdk.Item key={c.id} value={`${c.label} ${c.id}`} keywords={c.words?.split(' ') ?? []} onSelect={() => go(c.run)} className={itemClass}>
                        {c.icon ? <c.icon aria-hidden className="size-4 text-ink-3" /> : <ArrowRight aria-hidden className="size-4 text-ink-3" />}
                        <span className="flex-1">{c.label}</span>
                        {c.keys && <KeySequence keys={c.keys} />}
                      </Cmdk.Item>
                    ))}
                </Cmdk.Group>
              ))}
              {text.trim() !== '' && (
                <Cmdk.Group heading="Keys" className={groupClass}>
                  {keys.map((key) => (
                    <Cmdk.Item key={bulkId(key)} value={`key:${bulkId(key)}`} keywords={[display(key, 200).toLowerCase()]} onSelect={() => go(() => void navigate(`/keys/0/${keyToSegment(key)}`))} className={itemClass}>
                      <KeyRound aria-hidden className="size-4 shrink-0 text-ink-3" />
                      <span className="truncate font-mono text-[0.8125rem]">{display(key, 200)}</span>
                    </Cmdk.Item>
                  ))}
                </Cmdk.Group>
              )}
              {text.trim().length >= 2 && (
                <Cmdk.Group heading="Options of the server" className={groupClass}>
                  {options
                    .filter((name) => name.includes(text.trim().toLowerCase()))
                    .slice(0, 8)
                    .map((name) => (
                      <Cmdk.Item key={name} value={`option:${name}`} keywords={[name]} onSelect={() => go(() => void navigate(`/configuration?q=${encodeURIComponent(name)}`))} className={itemClass}>
                        <Settings2 aria-hidden className="size-4 text-ink-3" />
                        <span className="font-mono text-[0.8125rem]">{name}</span>
                      </Cmdk.Item>
                    ))}
                </Cmdk.Group>
              )}
            </Cmdk.List>
          </Cmdk>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/**
 * Keys and options come in after what is typed, so the first entry changes. What Enter does is always the first, unless a person has chosen another.
 */
function useFirstChoice(results: readonly unknown[]) {
  const list = useRef<HTMLDivElement>(null);
  const isChosenByHand = useRef(false);
  const [chosen, choose] = useState('');
  useEffect(() => {
    if (isChosenByHand.current) return;
    // The list puts itself in order after this.
    const frame = requestAnimationFrame(() => {
      const first = list.current?.querySelector('[cmdk-item]:not([hidden])')?.getAttribute('data-value');
      if (first) choose(first);
      list.current?.scrollTo({ top: 0 });
    });
    return () => cancelAnimationFrame(frame);
    // Dependencies: whatever the entries come from
  }, results);
  return { list, chosen, choose, isChosenByHand };
}

/** Every word must occur; what begins with the text comes first. Keys go before pages that only have to do with it, and options come last unless they are named in full. */
export function matchWords(value: string, search: string, keywords: readonly string[] = []): number {
  const text = `${value} ${keywords.join(' ')}`.toLowerCase();
  const wanted = search.toLowerCase().trim();
  if (value.startsWith('key:')) return keywords.includes(wanted) ? 0.9 : 0.6;
  if (value.startsWith('option:')) return value === `option:${wanted}` ? 0.95 : value.startsWith(`option:${wanted}`) ? 0.55 : 0.3;
  if (value.toLowerCase().startsWith(wanted)) return 1;
  const words = wanted.split(/\s+/);
  return words.every((word) => text.includes(word)) ? (words.every((word) => value.toLowerCase().includes(word)) ? 0.8 : 0.5) : 0;
}

export function KeySequence({ keys }: { keys: string }): ReactNode {
  return (
    <span className="flex items-center gap-1">
      {keys.split(' ').map((key, i) => (
        <Kbd key={i}>{key}</Kbd>
      ))}
    </span>
  );
}

function order(group: string): number {
  const known = ['This page', 'Go to', 'Actions'].indexOf(group);
  return known < 0 ? 9 : known;
}

const shownKeys = 6;
/** How much of a large database is looked through; the name typed in full is found in any. */
const scanSteps = 25;
const scanCount = 2000;

/** Some keys that begin with the text. */
function useMatchingKeys(text: string): readonly Bulk[] {
  const [keys, setKeys] = useState<readonly Bulk[]>([]);
  useEffect(() => {
    if (text === '') {
      setKeys([]);
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => void findKeys(text, abort.signal, setKeys).catch(() => undefined), 150);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  return keys;
}

async function findKeys(text: string, signal: AbortSignal, show: (keys: readonly Bulk[]) => void): Promise<void> {
  const options = { channel: 'palette', signal };
  const pattern = `${text.replace(/[\\*?[\]]/g, '\\$&')}*`;
  const found = new Map<string, Bulk>();
  if ((await connection.run(['EXISTS', text], options)) === 1) found.set(bulkId(text), text);
  show([...found.values()]);
  let cursor = '0';
  for (let step = 0; step < scanSteps && found.size < shownKeys; step++) {
    const [next, page] = asList(await connection.run(['SCAN', cursor, 'MATCH', pattern, 'COUNT', scanCount], options));
    for (const item of asList(page)) {
      const key: Bulk = item instanceof Uint8Array ? item : asText(item);
      found.set(bulkId(key), key);
    }
    if (asList(page).length > 0) show([...found.values()].slice(0, shownKeys));
    cursor = asText(next);
    if (cursor === '0') break;
  }
}

function useOptionNames(open: boolean): readonly string[] {
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!open || names.length > 0) return;
    connection
      .run(['CONFIG', 'GET', '*'], { channel: 'palette' })
      .then((reply) => setNames(Object.keys(asRecord(reply)).sort()))
      .catch(() => undefined);
  }, [open, names.length]);
  return names;
}
