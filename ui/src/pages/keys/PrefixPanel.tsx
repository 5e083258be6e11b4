import { ArrowLeft, Clock, Filter, Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, IconButton } from '@/components';
import { type Bulk, display } from '@/lib/bytes';
import { formatBytes, formatCount, formatInteger, formatPercent } from '@/lib/format';
import type { TreeEntry } from '@/lib/treeModel';
import { MixBar, MixLegend } from './MixBar';

export interface PrefixPanelProps {
  /** The prefix, or null for the whole database. */
  prefix: Bulk | null;
  db: number;
  counts: Pick<TreeEntry, 'keys' | 'bytes' | 'types' | 'expiring' | 'ttlBuckets'>;
  readOnly: boolean;
  onBack: () => void;
  onBulk: (kind: 'delete' | 'expire') => void;
  onNew: () => void;
  onFilter: () => void;
  /** What may stand below the figures. */
  children?: ReactNode;
}

const bucketLabels: Record<string, string> = {
  none: 'stay for ever',
  minute: 'under a minute',
  hour: 'under an hour',
  day: 'under a day',
  month: 'under a month',
  later: 'longer',
};

/** What lies under a prefix: how much, of which types, and when it expires. */
export function PrefixPanel({ prefix, db, counts, readOnly, onBack, onBulk, onNew, onFilter, children }: PrefixPanelProps) {
  const buckets = Object.entries(counts.ttlBuckets).filter(([, count]) => count > 0);
  const most = Math.max(1, ...buckets.map(([, count]) => count));
  const figures: readonly (readonly [label: string, value: string, detail: string])[] = [
    ['Keys', formatCount(counts.keys), formatInteger(counts.keys)],
    ['Memory', formatBytes(counts.bytes), `${formatInteger(counts.bytes)} bytes`],
    ['Per key', counts.keys === 0 ? '–' : formatBytes(counts.bytes / counts.keys), 'on average'],
    ['Expiring', counts.keys === 0 ? '–' : formatPercent(counts.expiring / counts.keys, 0), formatInteger(counts.expiring)],
  ];
  return (
    <section aria-label="Prefix" className="scroll-thin h-full min-h-0 overflow-y-auto">
      <header className="flex items-start gap-2 border-b border-line px-4 py-3">
        <IconButton icon={ArrowLeft} label="Back to the keys" size="sm" className="-ml-2 lg:hidden" onClick={onBack} />
        <div className="min-w-0 flex-1">
          <p className="text-xs text-ink-3">{prefix === null ? 'Database' : 'Keys that begin with'}</p>
          <h2 className="font-mono text-[0.9375rem] font-medium break-all">{prefix === null ? db : display(prefix, 400)}</h2>
        </div>
      </header>
      <div className="flex flex-col gap-6 p-4">
        <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-4">
          {figures.map(([label, value, detail]) => (
            <div key={label} className="bg-surface px-4 py-3">
              <dt className="text-xs text-ink-3">{label}</dt>
              <dd className="num mt-0.5 text-xl font-semibold tracking-tight">{value}</dd>
              <dd className="num text-xs text-ink-3">{detail}</dd>
            </div>
          ))}
        </dl>
        {Object.keys(counts.types).length > 0 && (
          <div>
            <h3 className="mb-2 text-xs font-semibold text-ink-2">Types</h3>
            <MixBar types={counts.types} className="mb-3 h-2.5!" />
            <MixLegend types={counts.types} />
          </div>
        )}
        {buckets.length > 0 && (
          <div>
            <h3 className="mb-2 text-xs font-semibold text-ink-2">Time to live</h3>
            <ul className="flex flex-col gap-1.5">
              {buckets.map(([name, count]) => (
                <li key={name} className="grid grid-cols-[8rem_minmax(0,1fr)_5rem] items-center gap-3 text-sm">
                  <span className="text-ink-2">{bucketLabels[name] ?? name}</span>
                  <span aria-hidden className="h-1.5 rounded-full bg-hover">
                    <span className="block h-full rounded-full bg-chart-4" style={{ width: `${(count / most) * 100}%` }} />
                  </span>
                  <span className="num text-right text-ink-3">{formatInteger(count)}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
        {children}
        <div className="flex flex-wrap gap-2">
          {prefix !== null && (
            <Button size="sm" icon={Filter} onClick={onFilter}>
              Show these only
            </Button>
          )}
          <Button size="sm" icon={Plus} disabled={readOnly} onClick={onNew}>
            New key here
          </Button>
          <Button size="sm" icon={Clock} disabled={readOnly} onClick={() => onBulk('expire')}>
            Let all expire
          </Button>
          <Button size="sm" variant={prefix === null ? 'secondary' : 'danger'} icon={Trash2} disabled={readOnly} onClick={() => onBulk('delete')}>
            Delete all
          </Button>
        </div>
      </div>
    </section>
  );
}
