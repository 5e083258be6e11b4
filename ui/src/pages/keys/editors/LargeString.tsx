import { useState } from 'react';
import { useQuery } from '@/api';
import { Button, Segmented, SkeletonRows, ErrorState } from '@/components';
import { toBytes } from '@/lib/bytes';
import { formatBytes, formatInteger } from '@/lib/format';
import { asBulk } from '../keyspace';
import { Pager, type EditorProps } from './common';
import { HexDump } from './StringViews';

const PageBytes = 64 * 1024;
/** The whole value goes through the socket and into a text box; beyond this that helps nobody. */
const MaxWholeBytes = 8 * 1024 * 1024;

const lossy = new TextDecoder();

/** A value too long for a text box: read-only, by pages of bytes. */
export function LargeString({ keyspace, name, details, version, onReadWhole }: EditorProps & { onReadWhole: () => void }) {
  const [offset, setOffset] = useState(0);
  const [view, setView] = useState<'text' | 'hex'>('text');
  const total = details.length ?? 0;
  const query = useQuery(
    async (signal) => ({ offset, bytes: toBytes(asBulk(await keyspace.read(['GETRANGE', name, offset, offset + PageBytes - 1], signal))) }),
    [keyspace, name, offset, version],
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 px-4 py-2.5">
        <Segmented
          label="Shown as"
          value={view}
          onValue={setView}
          options={[
            ['text', 'Text'],
            ['hex', 'Hex'],
          ]}
        />
        <span className="text-xs text-ink-3">{formatBytes(total)}, shown in pages</span>
        <span className="flex-1" />
        {total <= MaxWholeBytes && (
          <Button size="sm" onClick={onReadWhole}>
            Read all of it
          </Button>
        )}
      </div>
      {query.data === undefined ? (
        query.error ? (
          <ErrorState error={query.error} what="The value" onRetry={query.reload} />
        ) : (
          <SkeletonRows />
        )
      ) : view === 'hex' ? (
        <HexDump key={query.data.offset} bytes={query.data.bytes} base={query.data.offset} />
      ) : (
        <pre
          tabIndex={0}
          aria-label="Part of the value"
          className="scroll-thin mx-4 min-h-0 flex-1 overflow-auto rounded-md border border-line bg-sunken p-3 text-[0.8125rem] break-all whitespace-pre-wrap"
        >
          {lossy.decode(query.data.bytes)}
        </pre>
      )}
      <Pager
        text={`bytes ${formatInteger(offset)} – ${formatInteger(Math.min(total, offset + PageBytes) - 1)} of ${formatInteger(total)}`}
        onPrevious={offset > 0 ? () => setOffset(Math.max(0, offset - PageBytes)) : null}
        onNext={offset + PageBytes < total ? () => setOffset(offset + PageBytes) : null}
      />
    </div>
  );
}
