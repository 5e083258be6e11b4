import clsx from 'clsx';
import { ArrowRight, FileCog, RotateCcw, Save, SearchX, Undo2 } from 'lucide-react';
import { memo, useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { asRecord, asText, connection, getJson, useCommand, useQuery, useReadOnly } from '@/api';
import { Badge, Button, Card, Dialog, EmptyState, ErrorState, IconButton, Input, Page, SearchInput, Segmented, Select, SkeletonRows, Switch, toast, toastError, useConfirm } from '@/components';
import { formatBytes, parseMemorySize } from '@/lib/format';
import { useInfo } from '@/lib/useInfo';
import { usePageCommands } from '@/shell/commands';
import { changes, configSet, groupTitle, isDefault, isSame, type OptionChange, type OptionDescriptor, problemWith, search } from './model';

type Show = 'all' | 'changed' | 'editable';

export default function ConfigurationPage() {
  const options = useQuery((signal) => getJson<OptionDescriptor[]>('/api/v1/options', signal), []);
  const watched = useCommand(['CONFIG', 'GET', '*'], 2000);
  const values = useMemo(() => Object.fromEntries(Object.entries(asRecord(watched.data)).map(([name, value]) => [name, asText(value)])), [watched.data]);
  const [params, setParams] = useSearchParams();
  const text = params.get('q') ?? '';
  const setText = (q: string) => setParams(q === '' ? {} : { q }, { replace: true });
  const [show, setShow] = useState<Show>('all');
  const [edits, setEdits] = useState<ReadonlyMap<string, string>>(new Map());
  const [isReviewing, setReviewing] = useState(false);
  const readOnly = useReadOnly();
  const confirm = useConfirm();
  const { info } = useInfo(['server'], 10_000);

  const edit = useCallback((name: string, value: string | null) => {
    setEdits((old) => {
      const next = new Map(old);
      if (value === null) next.delete(name);
      else next.set(name, value);
      return next;
    });
  }, []);
  // Options that this user may not read are left out.
  const readable = useMemo(() => (options.data ?? []).filter((option) => option.name in values), [options.data, values]);
  const pending = useMemo(() => changes(readable, values, edits), [readable, values, edits]);
  const hasProblem = pending.some((change) => problemWith(change.option, change.to) !== null);
  const found = search(readable, text).filter((option) => show === 'all' || (show === 'editable' ? option.mutable : !isDefault(option, values[option.name] ?? '')));
  const groups = [...new Set(found.map((option) => option.group))];

  const rewrite = async () => {
    if (!(await confirm({ title: 'Write the configuration file?', body: 'The file that the server was started with gets the values that are in force now.', action: 'Write the file' }))) return;
    await connection.run(['CONFIG', 'REWRITE']).then(() => toast('good', 'The configuration file was written'), toastError('The file was not written'));
  };
  // Who may not see INFO may try.
  const hasFile = info === undefined || (info['config_file'] ?? '') !== '';
  usePageCommands([
    { id: 'configuration.search', label: 'Search options', keys: '/', run: () => document.getElementById('option-search')?.focus() },
    ...(readOnly || !hasFile ? [] : [{ id: 'configuration.rewrite', label: 'Write the configuration file', icon: FileCog, run: () => void rewrite() }]),
  ]);

  const error = options.error ?? watched.error;
  return (
    <Page
      title="Configuration"
      description={readable.length > 0 ? `${readable.length} options, ${readable.filter((o) => !isDefault(o, values[o.name] ?? '')).length} differ from their defaults` : 'The options of the server'}
      actions={
        hasFile ? (
          <Button icon={FileCog} onClick={() => void rewrite()} disabled={readOnly || watched.data === undefined}>
            Write to file
          </Button>
        ) : (
          <span className="text-xs text-balance text-ink-3">Started without a configuration file: changes last until the server stops.</span>
        )
      }
    >
      <div className="sticky top-0 z-20 -mx-4 flex flex-wrap gap-3 bg-canvas/90 px-4 py-2 backdrop-blur md:-mx-6 md:px-6">
        <SearchInput id="option-search" label="Search by name or meaning" value={text} onValue={setText} className="min-w-56 flex-1 sm:max-w-md" />
        <Segmented label="Which options" value={show} onValue={setShow} options={[['all', 'All'], ['changed', 'Not default'], ['editable', 'Settable now']]} />
      </div>

      {error && readable.length === 0 ? (
        <Card>
          <ErrorState error={error} what="The configuration" onRetry={options.reload} />
        </Card>
      ) : watched.data === undefined || options.data === undefined ? (
        <Card>
          <SkeletonRows rows={10} />
        </Card>
      ) : found.length === 0 ? (
        <Card>
          <EmptyState
            icon={SearchX}
            title="No option matches"
            action={
              <Button
                onClick={() => {
                  setText('');
                  setShow('all');
                }}
              >
                Show all
              </Button>
            }
          />
        </Card>
      ) : (
        <div className="grid items-start gap-6 lg:grid-cols-[11rem_minmax(0,1fr)]">
          <nav aria-label="Groups" className="sticky top-16 hidden lg:block">
            <ul>
              {groups.map((group) => (
                <li key={group}>
                  <a href={`#group-${slug(group)}`} className="flex justify-between rounded-md px-2.5 py-1.5 text-sm text-ink-2 hover:bg-hover hover:text-ink" onClick={(event) => (event.preventDefault(), document.getElementById(`group-${slug(group)}`)?.scrollIntoView({ block: 'start' }))}>
                    {groupTitle(group)}
                    <span className="num text-ink-3">{found.filter((option) => option.group === group).length}</span>
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <div className={clsx('flex min-w-0 flex-col gap-4', pending.length > 0 && 'pb-20')}>
            {groups.map((group) => (
              <Card key={group} id={`group-${slug(group)}`} title={groupTitle(group)} className="scroll-mt-16" bodyClassName="pb-1">
                <ul>
                  {found
                    .filter((option) => option.group === group)
                    .map((option) => (
                      <OptionRow key={option.name} option={option} value={values[option.name] ?? ''} edited={edits.get(option.name)} readOnly={readOnly} onEdit={edit} />
                    ))}
                </ul>
              </Card>
            ))}
          </div>
        </div>
      )}

      {pending.length > 0 && (
        <div role="region" aria-label="Unsaved changes" className="animate-toast fixed inset-x-4 bottom-20 z-30 mx-auto flex max-w-xl md:bottom-5 md:left-60 flex-wrap items-center gap-3 rounded-xl bg-raised py-3 pr-3 pl-5 shadow-pop">
          <span className="flex-1 text-sm">
            <span className="num font-semibold">{pending.length}</span> {pending.length === 1 ? 'change' : 'changes'} not applied yet
          </span>
          <Button icon={Undo2} onClick={() => setEdits(new Map())}>
            Discard
          </Button>
          <Button variant="primary" icon={Save} disabled={hasProblem} onClick={() => setReviewing(true)}>
            Review and apply
          </Button>
        </div>
      )}
      <ReviewDialog
        open={isReviewing && pending.length > 0}
        list={pending}
        hasFile={hasFile}
        onClose={() => setReviewing(false)}
        onApplied={() => {
          setEdits(new Map());
          setReviewing(false);
        }}
      />
    </Page>
  );
}

function slug(group: string): string {
  return group.toLowerCase().replace(/\W+/g, '-');
}

interface OptionRowProps {
  option: OptionDescriptor;
  value: string;
  edited: string | undefined;
  readOnly: boolean;
  onEdit: (name: string, value: string | null) => void;
}

const OptionRow = memo(function OptionRow({ option, value, edited, readOnly, onEdit }: OptionRowProps) {
  const shown = edited ?? value;
  const isEdited = edited !== undefined && !isSame(option, edited, value);
  const hasDefault = isDefault(option, shown);
  const problem = isEdited ? problemWith(option, shown) : null;
  const disabled = readOnly || !option.mutable;
  const id = `option-${option.name}`;
  const noteId = `${id}-note`;
  const control = { id, disabled, 'aria-describedby': noteId, ...(problem ? { 'aria-invalid': true as const } : {}) };
  return (
    <li className={clsx('relative grid gap-x-6 gap-y-2 border-t border-line/70 px-4 py-3 first:border-0 sm:grid-cols-[minmax(0,1fr)_15rem]', isEdited && 'bg-accent-soft/40 before:absolute before:inset-y-0 before:left-0 before:w-[3px] before:bg-accent-ink')}>
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <label htmlFor={id} className="font-mono text-[0.8125rem] font-medium break-all">
            {option.name}
          </label>
          {!hasDefault && !isEdited && <Badge tone="info">set</Badge>}
          {!option.mutable && <Badge>at start only</Badge>}
          {option.effective === false && <Badge tone="warn">no effect here</Badge>}
        </div>
        <p id={noteId} className="mt-1 text-sm text-pretty text-ink-2">
          {option.summary}
        </p>
        <p className="mt-1 text-xs text-ink-3">
          Default: <span className="font-mono break-all">{option.default === '' ? 'empty' : option.default}</span>
          {option.type === 'memory' && /^\d+$/.test(option.default) && Number(option.default) >= 1024 && ` (${formatBytes(Number(option.default))})`}
        </p>
      </div>
      <div className="flex min-w-0 flex-col gap-1">
        <div className="flex items-center gap-1">
          <OptionControl option={option} value={shown} control={control} onValue={(next) => onEdit(option.name, next)} />
          {isEdited ? (
            <IconButton icon={Undo2} label={`Undo the change of ${option.name}`} size="sm" onClick={() => onEdit(option.name, null)} />
          ) : !hasDefault && !disabled && option.sensitive !== true ? (
            <IconButton icon={RotateCcw} label={`Set ${option.name} to its default`} size="sm" onClick={() => onEdit(option.name, option.default)} />
          ) : null}
        </div>
        {problem ? (
          <p role="alert" className="text-xs text-bad">
            {problem}
          </p>
        ) : option.type === 'memory' && parseMemorySize(shown) >= 1024 ? (
          <p className="num text-xs text-ink-3">{formatBytes(parseMemorySize(shown))}</p>
        ) : null}
      </div>
    </li>
  );
});

function OptionControl({ option, value, control, onValue }: { option: OptionDescriptor; value: string; control: { id: string; disabled: boolean }; onValue: (value: string) => void }) {
  if (option.type === 'bool') {
    return (
      <span className="flex h-9 flex-1 items-center gap-2.5">
        <Switch {...control} checked={value === 'yes'} onCheckedChange={(on) => onValue(on ? 'yes' : 'no')} />
        <span className="text-sm text-ink-2">{value}</span>
      </span>
    );
  }
  if (option.type === 'enum' && option.values) {
    return (
      <Select {...control} value={value} onChange={(event) => onValue(event.target.value)} wrapClassName="flex-1 min-w-0">
        {!option.values.includes(value) && <option value={value}>{value}</option>}
        {option.values.map((word) => (
          <option key={word}>{word}</option>
        ))}
      </Select>
    );
  }
  return <Input {...control} mono type={option.sensitive ? 'password' : 'text'} inputMode={option.type === 'int' ? 'numeric' : undefined} autoComplete={option.sensitive ? 'new-password' : 'off'} value={value} onChange={(event) => onValue(event.target.value)} />;
}

function ReviewDialog({ open, list, hasFile, onClose, onApplied }: { open: boolean; list: readonly OptionChange[]; hasFile: boolean; onClose: () => void; onApplied: () => void }) {
  const [alsoFile, setAlsoFile] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const apply = async () => {
    setBusy(true);
    setError(null);
    try {
      await connection.run(configSet(list));
      if (alsoFile) await connection.run(['CONFIG', 'REWRITE']).catch(toastError('The options are in force, but the file was not written'));
      toast('good', list.length === 1 ? `${list[0]!.option.name} is in force` : `${list.length} options are in force`);
      onApplied();
    } catch (failure) {
      setError((failure as Error).message);
    }
    setBusy(false);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) {
          setError(null);
          onClose();
        }
      }}
      title={list.length === 1 ? 'Apply this change?' : `Apply these ${list.length} changes?`}
      description={list.length === 1 ? 'It comes into force at once.' : 'They come into force together, or not at all.'}
      width="md"
      footer={
        <>
          {hasFile && (
            <label className="mr-auto flex items-center gap-2.5 text-sm text-ink-2">
              <Switch checked={alsoFile} onCheckedChange={setAlsoFile} />
              Also write to the configuration file
            </label>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={busy} onClick={() => void apply()}>
            Apply
          </Button>
        </>
      }
    >
      <ul className="flex flex-col gap-2">
        {list.map(({ option, from, to }) => (
          <li key={option.name} className="rounded-lg border border-line bg-sunken px-3.5 py-2.5">
            <p className="font-mono text-[0.8125rem] font-medium">{option.name}</p>
            <p className="mt-1.5 flex flex-wrap items-center gap-2 font-mono text-xs">
              <span className="rounded bg-bad-soft px-1.5 py-0.5 break-all text-bad line-through decoration-bad/50">{mask(option, from)}</span>
              <ArrowRight aria-label="becomes" className="size-3.5 text-ink-3" />
              <span className="rounded bg-good-soft px-1.5 py-0.5 break-all text-good">{mask(option, to)}</span>
            </p>
          </li>
        ))}
      </ul>
      {error && (
        <p role="alert" className="mt-3 rounded-lg bg-bad-soft px-3.5 py-2.5 text-sm text-bad">
          {error}
        </p>
      )}
    </Dialog>
  );
}

function mask(option: OptionDescriptor, value: string): string {
  if (value === '') return 'empty';
  return option.sensitive ? '••••••' : value;
}
