import { Command as Cmdk } from 'cmdk';
import { ArrowRight, KeyRound, Search, Settings2 } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { asList, asRecord, asText, connection } from '@/api';
import { Kbd } from '@/components';
import { type Bulk, bulkId, display, keyToSegment } from '@/lib/bytes';
import { useRegisteredCommands } from './commands';
import { type Entry, paletteEntries } from './paletteEntries';

const groupClass = '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3';
const itemClass = 'flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm text-ink-2 data-[selected=true]:bg-hover data-[selected=true]:text-ink';

/** Ctrl-K: pages, actions, options of the server, and keys of database 0 by their beginning. */
export function CommandPalette({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const commands = useRegisteredCommands();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const keys = useMatchingKeys(open ? text.trim() : '');
  const options = useOptionNames(open);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) setText('');
  }, [open]);

  const go = (action: () => void) => {
    onOpenChange(false);
    action();
  };
  const groups = useMemo(() => paletteEntries(commands, keys, options, text), [commands, keys, options, text]);
  const first = groups[0]?.entries[0]?.id ?? '';
  // Keys come in after what is typed. Enter takes the first entry, whichever it is by then, unless a person has chosen another.
  const [picked, setPicked] = useState<string | null>(null);
  const isPicking = useRef(false);
  useEffect(() => {
    isPicking.current = false;
    setPicked(null);
    list.current?.scrollTo({ top: 0 });
  }, [text, open]);
  const openEntry = (entry: Entry) => {
    if (entry.kind === 'command') entry.command.run();
    else void navigate(entry.kind === 'key' ? `/keys/0/${keyToSegment(entry.key)}` : `/configuration?q=${encodeURIComponent(entry.name)}`);
  };
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="animate-fade fixed inset-0 z-50 bg-black/55 backdrop-blur-[2px]" />
        <Radix.Content aria-describedby={undefined} className="animate-pop fixed inset-x-3 top-[8vh] z-60 mx-auto max-w-xl overflow-hidden rounded-xl bg-surface shadow-pop sm:top-[14vh]">
          <Radix.Title className="sr-only">Command palette</Radix.Title>
          <Cmdk
            label="Command palette"
            loop
            shouldFilter={false}
            value={picked ?? first}
            onValueChange={(value) => isPicking.current && setPicked(value)}
            onKeyDownCapture={(event) => (isPicking.current ||= /^(Arrow|Home|End|Page)/.test(event.key) || event.ctrlKey)}
            onPointerMoveCapture={() => (isPicking.current = true)}
            className="flex flex-col"
          >
            <div className="flex items-center gap-3 border-b border-line px-4">
              <Search aria-hidden className="size-4 text-ink-3" />
              <Cmdk.Input value={text} onValueChange={setText} placeholder="Search keys, pages, actions and options" className="h-13 flex-1 bg-transparent text-[0.9375rem] text-ink outline-none" />
              <Kbd>Esc</Kbd>
            </div>
            <Cmdk.List ref={list} className="scroll-thin max-h-[min(26rem,56vh)] overflow-y-auto p-2 pt-0">
              <Cmdk.Empty className="py-10 text-center text-sm text-ink-3">Nothing goes by that name.</Cmdk.Empty>
              {groups.map(({ heading, entries }) => (
                <Cmdk.Group key={heading} heading={heading} className={groupClass}>
                  {entries.map((entry) => (
                    <Cmdk.Item key={entry.id} value={entry.id} onSelect={() => go(() => openEntry(entry))} className={itemClass}>
                      <EntryLine entry={entry} />
                    </Cmdk.Item>
                  ))}
                </Cmdk.Group>
              ))}
            </Cmdk.List>
          </Cmdk>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function EntryLine({ entry }: { entry: Entry }) {
  switch (entry.kind) {
    case 'command': {
      const Icon = entry.command.icon ?? ArrowRight;
      return (
        <>
          <Icon aria-hidden className="size-4 text-ink-3" />
          <span className="flex-1">{entry.command.label}</span>
          {entry.command.keys && <KeySequence keys={entry.command.keys} />}
        </>
      );
    }
    case 'key':
      return (
        <>
          <KeyRound aria-hidden className="size-4 shrink-0 text-ink-3" />
          <span className="truncate font-mono text-[0.8125rem]">{display(entry.key, 200)}</span>
        </>
      );
    case 'option':
      return (
        <>
          <Settings2 aria-hidden className="size-4 text-ink-3" />
          <span className="font-mono text-[0.8125rem]">{entry.name}</span>
        </>
      );
  }
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
