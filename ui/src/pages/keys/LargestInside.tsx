import { useEffect, useRef, useState } from 'react';
import { useQuery } from '@/api';
import { type Bulk, bulkId, display } from '@/lib/bytes';
import { formatBytes, formatKeys } from '@/lib/format';
import type { TreeEntry } from '@/lib/treeModel';
import type { Keyspace } from './keyspace';
import { readTreeReply, treeCommand, type TreeQuery } from './tree/insightTree';
import { typeColor } from './typeColors';

const shown = 8;
const refreshMs = 5000;
/** The server looks at every child to order them by size: above so many that is too much for a list beside the tree. */
export const mostChildren = 20_000;

export interface LargestInsideProps {
  keyspace: Keyspace;
  prefix: Bulk;
  query: TreeQuery;
  onKey: (key: Bulk) => void;
  onPrefix: (prefix: TreeEntry) => void;
}

/** Which of the children take the memory. */
export function LargestInside({ keyspace, prefix, query, onKey, onPrefix }: LargestInsideProps) {
  const round = useRounds();
  const kept = useRef<readonly TreeEntry[]>([]);
  const { data } = useQuery(
    async (signal) => readTreeReply(await keyspace.read(treeCommand(prefix, 0, shown, { ...query, sort: 'bytes' }, null), signal), prefix, 0).entries,
    [keyspace, bulkId(prefix), query.delimiters, query.type, round],
  );
  if (data !== undefined) kept.current = data;
  const entries = kept.current;
  const most = Math.max(1, ...entries.map((entry) => entry.bytes));
  if (entries.length < 2) return null;
  return (
    <div>
      <h3 className="mb-1.5 text-xs font-semibold text-ink-2">Where the memory is</h3>
      <ul className="-mx-2">
        {entries.map((entry) => (
          <li key={`${entry.kind} ${bulkId(entry.path)}`}>
            <button
              type="button"
              onClick={() => (entry.kind === 'key' ? onKey(entry.path) : onPrefix(entry))}
              className="grid w-full grid-cols-[minmax(5rem,12rem)_minmax(0,1fr)_5rem] items-center gap-3 rounded-md px-2 py-1 text-left text-sm hover:bg-hover"
              title={entry.kind === 'prefix' ? formatKeys(entry.keys) : undefined}
            >
              <span className="truncate font-mono text-[0.8125rem]">{display(entry.name, 80)}</span>
              <span aria-hidden className="h-1.5 rounded-full bg-hover">
                <span className={`block h-full min-w-[2px] rounded-full ${typeColor(mainType(entry))}`} style={{ width: `${(entry.bytes / most) * 100}%` }} />
              </span>
              <span className="num text-right text-ink-3">{formatBytes(entry.bytes)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function mainType(entry: TreeEntry): string {
  return entry.type ?? Object.entries(entry.types).sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

function useRounds(): number {
  const [round, setRound] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && setRound((n) => n + 1), refreshMs);
    return () => clearInterval(timer);
  }, []);
  return round;
}
