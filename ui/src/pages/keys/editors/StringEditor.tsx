import { useEffect, useMemo, useRef, useState } from 'react';
import { Braces, RotateCcw, Save } from 'lucide-react';
import { useQuery } from '@/api';
import { Badge, Button, ErrorState, Segmented, SkeletonRows, toast } from '@/components';
import { type Bulk, byteLength, sameBulk, startsWithBulk, toBytes } from '@/lib/bytes';
import type { Decoded } from '@/lib/decode';
import { compactJson, indentJson, jsonError, prettyJson } from '@/lib/json';
import { isPlainText } from '@/lib/escapes';
import { formatBytes } from '@/lib/format';
import { asBulk } from '../keyspace';
import { BitmapView } from './BitmapView';
import type { EditorProps } from './common';
import { HyperLogLogView } from './HyperLogLogView';
import { LargeString } from './LargeString';
import { JsonBox } from './JsonBox';
import { HexText, ValueText } from './StringViews';

/** Longer values are read in pages: a text box with megabytes makes a browser crawl. */
export const MaxEditableBytes = 512 * 1024;

type View = 'text' | 'json' | 'hex' | 'decoded' | 'bits' | 'hll';

export function StringEditor(props: EditorProps) {
  const [readAnyway, setReadAnyway] = useState(false);
  const length = props.details.length ?? 0;
  return length > MaxEditableBytes && !readAnyway ? <LargeString {...props} onReadWhole={() => setReadAnyway(true)} /> : <WholeString {...props} />;
}

function WholeString({ keyspace, name, details, version, readOnly, onChanged, onUnsaved }: EditorProps) {
  const query = useQuery(async (signal) => asBulk(await keyspace.read(['GET', name], signal)), [keyspace, name, version]);
  /** What the edit began with; null before the first load. */
  const [base, setBase] = useState<Bulk | null>(null);
  /** What stands in the editor; null while that is no value (half an escape, an odd hex digit). */
  const [draft, setDraft] = useState<Bulk | null>(null);
  /** Grows when the draft comes from elsewhere than the text box, which then must begin anew. */
  const [edition, setEdition] = useState(0);
  const [theirs, setTheirs] = useState<Bulk | null>(null);
  const [view, setView] = useState<View | null>(null);
  const [decoded, setDecoded] = useState<Decoded | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const isUnsaved = base !== null && (draft === null || !sameBulk(draft, base));
  const loaded = query.data;
  const refs = useRef({ base, isUnsaved });
  refs.current = { base, isUnsaved };

  const begin = (value: Bulk) => {
    setBase(value);
    setDraft(value);
    setTheirs(null);
    setError(null);
    setEdition((n) => n + 1);
  };
  useEffect(() => {
    if (loaded === undefined) return;
    const now = refs.current;
    if (now.base === null || !now.isUnsaved) {
      if (now.base === null || !sameBulk(now.base, loaded)) begin(loaded);
    } else if (!sameBulk(now.base, loaded)) {
      setTheirs(loaded);
    } else {
      setTheirs(null);
    }
  }, [loaded]);
  useEffect(() => {
    onUnsaved(isUnsaved);
  }, [isUnsaved, onUnsaved]);
  useEffect(() => {
    let isCurrent = true;
    if (base === null) return;
    // The decoders' libraries are loaded when the first value is looked at.
    void import('@/lib/decode').then(({ decodeValue }) => decodeValue(base)).then((result) => isCurrent && setDecoded(result));
    return () => {
      isCurrent = false;
    };
  }, [base]);

  const isHyperLogLog = base !== null && startsWithBulk(base, 'HYLL');
  const isJson = useMemo(() => typeof base === 'string' && prettyJson(base) !== null, [base]);
  const shown: View =
    view ??
    (isHyperLogLog ? 'hll' : isJson ? 'json' : decoded !== null ? 'decoded' : base !== null && !isPlainText(base) && typeof base !== 'string' ? 'hex' : 'text');

  if (base === null) return query.error ? <ErrorState error={query.error} what="The value" onRetry={query.reload} /> : <SkeletonRows />;

  const save = async () => {
    if (draft === null || isSaving) return;
    setSaving(true);
    setError(null);
    try {
      const present = asBulk(await keyspace.read(['GET', name]));
      if (theirs === null && !sameBulk(present, base)) {
        setTheirs(present);
        return;
      }
      await keyspace.write(['SET', name, draft, 'KEEPTTL']);
      toast('good', 'Saved');
      setBase(draft);
      setTheirs(null);
      onChanged();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setSaving(false);
    }
  };
  const edit = (value: Bulk | null) => setDraft(value);
  const replace = (value: Bulk) => {
    setDraft(value);
    setEdition((n) => n + 1);
  };
  const text = typeof draft === 'string' ? draft : null;
  const invalid = shown === 'json' && text !== null ? jsonError(text) : null;
  const views: (readonly [View, string])[] = [
    ['text', 'Text'],
    ['json', 'JSON'],
    ['hex', 'Hex'],
    ['bits', 'Bits'],
    ...(decoded === null ? [] : ([['decoded', 'Decoded']] as const)),
    ...(isHyperLogLog ? ([['hll', 'HyperLogLog']] as const) : []),
  ];

  return (
    <div
      className="flex min-h-0 flex-1 flex-col"
      onKeyDown={(event) => {
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
          event.preventDefault();
          if (isUnsaved && !readOnly) void save();
        }
      }}
    >
      <div className="flex flex-wrap items-center gap-2 px-4 py-2.5">
        <Segmented label="Shown as" value={shown} onValue={setView} options={views} />
        {shown === 'json' && !readOnly && text !== null && invalid === null && (
          <>
            <Button size="sm" variant="ghost" icon={Braces} onClick={() => replace(indentJson(text))}>
              Format
            </Button>
            <Button size="sm" variant="ghost" onClick={() => replace(compactJson(text))}>
              Compact
            </Button>
          </>
        )}
        {shown === 'decoded' && decoded !== null && (
          <span className="flex flex-wrap items-center gap-1 text-xs text-ink-3">
            {decoded.formats.map((format, i) => (
              <Badge key={i} tone="info">
                {format}
              </Badge>
            ))}
            read-only
          </span>
        )}
      </div>
      {theirs !== null && (
        <div role="alert" className="mx-4 mb-2 flex flex-wrap items-center gap-2 rounded-md border border-warn/30 bg-warn-soft px-3 py-2 text-sm text-warn">
          <span className="min-w-48 flex-1">Somebody else changed this value while you were editing it ({byteLength(theirs) === 0 ? 'it is empty or gone now' : `now ${formatBytes(byteLength(theirs))}`}).</span>
          <Button size="sm" onClick={() => begin(theirs)}>
            Take theirs
          </Button>
          <Button size="sm" onClick={() => (setBase(theirs), setTheirs(null))}>
            Keep mine
          </Button>
        </div>
      )}
      {shown === 'hll' ? (
        <HyperLogLogView {...{ keyspace, name, version, readOnly, onChanged }} />
      ) : shown === 'bits' ? (
        <BitmapView {...{ keyspace, name, version, readOnly, onChanged }} bytes={toBytes(base)} length={details.length ?? 0} />
      ) : shown === 'decoded' && decoded !== null ? (
        <JsonBox label="Decoded value" text={decoded.text === '' ? 'Nothing could be read.' : decoded.text} readOnly />
      ) : shown === 'hex' ? (
        <HexText key={edition} value={draft ?? base} onValue={edit} readOnly={readOnly} />
      ) : (
        <ValueText
          key={`${edition} ${shown}`}
          value={shown === 'json' && isJson && !isUnsaved && typeof base === 'string' ? base : (draft ?? base)}
          pretty={shown === 'json'}
          onValue={edit}
          readOnly={readOnly}
        />
      )}
      {shown !== 'hll' && shown !== 'bits' && (
        <div className="flex flex-wrap items-center gap-2 px-4 py-2.5">
          <span className="num min-w-0 flex-1 truncate text-xs text-ink-3" role="status">
            {error !== null ? (
              <span className="text-bad" role="alert">
                {error}
              </span>
            ) : invalid !== null ? (
              <span className="text-warn">Not JSON: {invalid}</span>
            ) : (
              `${formatBytes(draft === null ? NaN : byteLength(draft))}${shown === 'json' ? ' · valid JSON' : ''}${isUnsaved ? ' · not saved' : ''}`
            )}
          </span>
          {isUnsaved && (
            <Button size="sm" variant="ghost" icon={RotateCcw} onClick={() => begin(loaded ?? base)}>
              Discard
            </Button>
          )}
          {shown !== 'decoded' && !readOnly && (
            <Button size="sm" variant="primary" icon={Save} busy={isSaving} disabled={!isUnsaved || draft === null} onClick={() => void save()}>
              Save
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
