import { Ban, Play, Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Badge, Button, Dialog, Field, Input, KeyTypeSelect, Select } from '@/components';
import { type Bulk, concatBulk, display, escapeGlob } from '@/lib/bytes';
import { type BulkAction, type BulkProgress, runBulk } from '@/lib/bulk';
import { parseDuration } from '@/lib/durations';
import { formatDuration, formatInteger } from '@/lib/format';
import { typeLabel } from '@/lib/keyTypes';
import { BulkField, BulkText } from './BulkField';
import { bulkEnvironment, endBulk } from './bulkEnvironment';

export interface BulkDialogProps {
  db: number;
  /** Keys that begin with this, or a pattern of the user's. */
  start: { prefix: Bulk } | { pattern: string };
  initialAction: BulkAction['kind'];
  type: string;
  onClose: () => void;
  onChanged: () => void;
}

/**
 * Deleting or expiring many keys. First a dry run says how many there are and shows some; only then is there a button that does it,
 * and it does it for exactly what was counted: any change of the form asks for a new dry run.
 */
export function BulkDialog({ db, start, initialAction, type: initialType, onClose, onChanged }: BulkDialogProps) {
  const initialPattern = 'prefix' in start ? concatBulk(escapeGlob(start.prefix), '*') : start.pattern === '' ? '*' : start.pattern;
  const [pattern, setPattern] = useState<Bulk | null>(initialPattern);
  const [type, setType] = useState(initialType);
  const [kind, setKind] = useState<BulkAction['kind']>(initialAction);
  const [ttl, setTtl] = useState('1 h');
  const [rate, setRate] = useState('5000');
  const [dry, setDry] = useState<BulkProgress | null>(null);
  const [real, setReal] = useState<BulkProgress | null>(null);
  const abort = useRef<AbortController>(null);
  useEffect(
    () => () => {
      abort.current?.abort();
      endBulk();
    },
    [],
  );

  const result = useRef<HTMLElement>(null);
  const hasResult = dry !== null;
  useEffect(() => {
    if (hasResult) result.current?.scrollIntoView({ block: 'end' });
  }, [hasResult]);

  const milliseconds = parseDuration(ttl);
  const isComplete = pattern !== null && (kind !== 'expire' || milliseconds !== null);
  const keysPerSecond = rate === 'all' ? Infinity : Number(rate);
  const progress = real ?? dry;
  const isRunning = progress?.state === 'running';
  const change = (work: () => void) => {
    work();
    setDry(null);
    setReal(null);
  };

  const run = async (dryRun: boolean) => {
    if (!isComplete) return;
    const action: BulkAction = kind === 'expire' ? { kind, milliseconds: milliseconds! } : { kind };
    abort.current = new AbortController();
    const report = dryRun ? setDry : setReal;
    if (dryRun) setReal(null);
    const end = await runBulk(
      { match: pattern, type: type === '' ? null : type, action, dryRun, keysPerSecond },
      bulkEnvironment(db),
      report,
      abort.current.signal,
    );
    report(end);
    if (!dryRun) onChanged();
  };
  const deed = kind === 'delete' ? 'Delete' : kind === 'expire' ? 'Expire' : 'Keep for ever';
  const past = kind === 'delete' ? 'deleted' : kind === 'expire' ? 'given an expiry' : 'made to stay';

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Change many keys"
      description={`In database ${db}, in small steps, while others are served.`}
      width="md"
      footer={
        isRunning ? (
          <Button icon={Ban} onClick={() => abort.current?.abort()}>
            Stop
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{real?.state === 'done' ? 'Close' : 'Cancel'}</Button>
            {dry?.state === 'done' && dry.matched > 0 && real?.state !== 'done' ? (
              <Button variant={kind === 'delete' ? 'danger' : 'primary'} icon={Play} onClick={() => void run(false)}>
                {deed} {formatInteger(dry.matched)} {dry.matched === 1 ? 'key' : 'keys'}
              </Button>
            ) : (
              real?.state !== 'done' && (
                <Button variant="primary" icon={Search} disabled={!isComplete} onClick={() => void run(true)}>
                  Count first
                </Button>
              )
            )}
          </>
        )
      }
    >
      <fieldset disabled={isRunning} className="flex flex-col gap-4">
        <legend className="sr-only">What to change</legend>
        <Field label="Keys that match" hint="* stands for anything, ? for one character, [ab] for one of these; a backslash takes a meaning away.">
          {(control) => <BulkField id={control.id} label="Pattern" value={initialPattern} onValue={(value) => change(() => setPattern(value))} autoFocus />}
        </Field>
        <div className="grid grid-cols-2 gap-4">
          <Field label="Of the type">
            {(control) => (
              <KeyTypeSelect all="any" {...control} value={type} onChange={(event) => change(() => setType(event.target.value))} />
            )}
          </Field>
          <Field label="Pace">
            {(control) => (
              <Select {...control} value={rate} onChange={(event) => setRate(event.target.value)}>
                <option value="200">200 keys a second</option>
                <option value="1000">1,000 keys a second</option>
                <option value="5000">5,000 keys a second</option>
                <option value="50000">50,000 keys a second</option>
                <option value="all">as fast as it goes</option>
              </Select>
            )}
          </Field>
          <Field label="What to do">
            {(control) => (
              <Select {...control} value={kind} onChange={(event) => change(() => setKind(event.target.value as BulkAction['kind']))}>
                <option value="delete">Delete them</option>
                <option value="expire">Let them expire</option>
                <option value="persist">Let them stay for ever</option>
              </Select>
            )}
          </Field>
          {kind === 'expire' && (
            <Field label="Expire in" error={milliseconds === null ? 'Not a length of time.' : undefined}>
              {(control) => <Input {...control} value={ttl} onChange={(event) => change(() => setTtl(event.target.value))} />}
            </Field>
          )}
        </div>
      </fieldset>
      {progress !== null && (
        <section ref={result} aria-label="Progress" className="mt-5 rounded-lg border border-line bg-sunken p-4">
          <div className="flex items-baseline justify-between gap-3 text-sm">
            <p role="status" className="font-medium">
              {statusText(progress, real !== null, past)}
            </p>
            <span className="num text-xs text-ink-3">{formatDuration(progress.elapsedMs)}</span>
          </div>
          <div
            role="progressbar"
            aria-label={real === null ? 'Counting' : deed}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(shareOf(progress, dry, real !== null) * 100)}
            className="mt-2 h-1.5 overflow-hidden rounded-full bg-hover"
          >
            <div
              className={`h-full rounded-full ${progress.state === 'failed' ? 'bg-bad' : 'bg-accent'} transition-[width]`}
              style={{ width: `${shareOf(progress, dry, real !== null) * 100}%` }}
            />
          </div>
          {progress.error !== null && (
            <p role="alert" className="mt-2 text-sm break-words text-bad">
              {progress.error}
            </p>
          )}
          {progress.examples.length > 0 && (
            <>
              <p className="mt-3 text-xs text-ink-3">
                {progress.matched > progress.examples.length ? `${progress.examples.length} of them:` : 'These are:'}{' '}
                {type !== '' && <Badge>{typeLabel(type)}</Badge>}
              </p>
              <ul className="scroll-thin mt-1 max-h-28 overflow-y-auto" tabIndex={0} aria-label="Examples">
                {progress.examples.map((key) => (
                  <li key={display(key)} className="truncate">
                    <BulkText value={key} limit={120} />
                  </li>
                ))}
              </ul>
            </>
          )}
        </section>
      )}
    </Dialog>
  );
}

function statusText(progress: BulkProgress, isReal: boolean, past: string): string {
  const matched = `${formatInteger(progress.matched)} ${progress.matched === 1 ? 'key matches' : 'keys match'}`;
  const changed = `${formatInteger(progress.changed)} ${past}`;
  switch (progress.state) {
    case 'running':
      return isReal ? `${changed} so far` : `${matched} so far`;
    case 'cancelled':
      return isReal ? `Stopped: ${changed}` : `Stopped: ${matched} in what was searched`;
    case 'failed':
      return isReal ? `Failed: ${changed} before` : 'The search failed';
    case 'done':
      return isReal ? `Done: ${changed}` : progress.matched === 0 ? 'No key matches' : matched;
  }
}

/** Of the real run, the share of keys changed says more than that of the walk. */
function shareOf(progress: BulkProgress, dry: BulkProgress | null, isReal: boolean): number {
  if (progress.state === 'done') return 1;
  return isReal && dry !== null && dry.matched > 0 ? Math.min(1, progress.changed / dry.matched) : progress.share;
}
