import { useState } from 'react';
import { Plus, Scissors, Trash2 } from 'lucide-react';
import { asList, asNumber, useQuery, type RespValue } from '@/api';
import { Button, Segmented, toast, toastError, useConfirm } from '@/components';
import { type Bulk } from '@/lib/bytes';
import { formatInteger, formatTime } from '@/lib/format';
import { splitArguments } from '@/lib/quoting';
import { BulkText } from '../BulkField';
import { asBulk, type Command } from '../keyspace';
import { Grid, GridRow, Loaded, Pager, RowActions, RowsPerPage, Toolbar, useEntryDialog, type EditorProps } from './common';
import { StreamGroups } from './StreamGroups';

export interface StreamEntry {
  id: string;
  fields: [Bulk, Bulk][];
}

export function readEntries(reply: RespValue): StreamEntry[] {
  return asList(reply)
    .filter((entry) => entry !== null)
    .map((entry) => {
      const [id, flat] = asList(entry);
      const items = asList(flat).map(asBulk);
      const fields: [Bulk, Bulk][] = [];
      for (let i = 0; i + 1 < items.length; i += 2) fields.push([items[i]!, items[i + 1]!]);
      return { id: String(asBulk(id)), fields };
    });
}

/** The time inside an id that the server made; null for ids of other makings. */
export function idTime(id: string): number | null {
  const ms = Number(id.split('-')[0]);
  return ms > 946_684_800_000 && ms < 32_503_680_000_000 ? ms : null;
}

export function StreamEditor(props: EditorProps) {
  const [tab, setTab] = useState<'entries' | 'groups'>('entries');
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="px-4 pt-2.5">
        <Segmented
          label="Part of the stream"
          value={tab}
          onValue={setTab}
          options={[
            ['entries', 'Entries'],
            ['groups', 'Consumer groups'],
          ]}
        />
      </div>
      {tab === 'entries' ? <Entries {...props} /> : <StreamGroups {...props} />}
    </div>
  );
}

function Entries({ keyspace, name, details, version, readOnly, onChanged }: EditorProps) {
  const [order, setOrder] = useState<'newest' | 'oldest'>('newest');
  // Where each page before this one began: ids are the only positions that a stream has.
  const [starts, setStarts] = useState<string[]>([]);
  const { open, dialog } = useEntryDialog();
  const confirm = useConfirm();
  const start = starts.at(-1);
  const query = useQuery(
    async (signal) => {
      const command: Command =
        order === 'newest'
          ? ['XREVRANGE', name, start === undefined ? '+' : `(${start}`, '-', 'COUNT', RowsPerPage]
          : ['XRANGE', name, start === undefined ? '-' : `(${start}`, '+', 'COUNT', RowsPerPage];
      return readEntries(await keyspace.read(command, signal));
    },
    [keyspace, name, order, start, version],
  );

  const add = () =>
    open({
      title: 'New entry',
      fields: [
        {
          id: 'id',
          label: 'Id',
          kind: 'text',
          initial: '*',
          hint: '* lets the server choose.',
          check: (t) => (/^(\*|\d+(-(\d+|\*))?)$/.test(t) ? null : 'An id is * or numbers such as 1700000000000-0.'),
        },
        {
          id: 'fields',
          label: 'Fields and values',
          kind: 'words',
          initial: '',
          rows: 5,
          hint: 'As in a command: name Ada city "New York". Quotes and escapes work.',
        },
      ],
      action: 'Add',
      onSubmit: async ({ id, fields }) => {
        const split = splitArguments(String(fields).replace(/\n/g, ' '));
        if (!split.ok) throw new Error(split.error);
        if (split.args.length === 0 || split.args.length % 2 !== 0) throw new Error('Each field needs a value: the number of words must be even.');
        await keyspace.write(['XADD', name, String(id), ...split.args]);
        onChanged();
      },
    });
  const trim = () =>
    open({
      title: 'Trim the stream',
      fields: [
        {
          id: 'by',
          label: 'Keep',
          kind: 'choice',
          initial: 'MAXLEN',
          options: [
            ['MAXLEN', 'the newest entries, so many'],
            ['MINID', 'entries from an id on'],
          ],
        },
        {
          id: 'limit',
          label: 'Number or id',
          kind: 'text',
          initial: String(details.length ?? 1000),
          check: (t) => (/^\d+(-\d+)?$/.test(t) ? null : 'A number, or an id such as 1700000000000-0.'),
        },
      ],
      action: 'Trim',
      onSubmit: async ({ by, limit }) => {
        const removed = asNumber(await keyspace.write(['XTRIM', name, String(by), String(limit)]));
        toast('good', `${formatInteger(removed)} ${removed === 1 ? 'entry' : 'entries'} trimmed`);
        onChanged();
      },
    });
  const remove = async (entry: StreamEntry) => {
    if (!(await confirm({ title: `Delete the entry ${entry.id}?`, body: 'The stream stays, even without entries.', action: 'Delete entry', danger: true })))
      return;
    await keyspace.write(['XDEL', name, entry.id]).then(onChanged, toastError('The entry was not deleted'));
  };

  return (
    <>
      <Toolbar>
        <Segmented
          label="Order"
          value={order}
          onValue={(next) => (setOrder(next), setStarts([]))}
          options={[
            ['newest', 'Newest first'],
            ['oldest', 'Oldest first'],
          ]}
        />
        <span className="flex-1" />
        <Button size="sm" icon={Scissors} disabled={readOnly} onClick={trim}>
          Trim
        </Button>
        <Button size="sm" icon={Plus} disabled={readOnly} onClick={add}>
          Add entry
        </Button>
      </Toolbar>
      <Loaded query={query} what="The stream" isEmpty={(d) => d.length === 0 && starts.length === 0} empty="No entries">
        {(entries) => (
          <>
            <Grid label="Entries" columns={[{ label: 'Id', className: 'w-52 max-sm:hidden' }, { label: 'Fields' }, { label: 'Actions' }]}>
              {entries.map((entry) => (
                <GridRow key={entry.id}>
                  <td className="whitespace-nowrap max-sm:hidden">
                    <span className="num font-mono text-[0.8125rem]">{entry.id}</span>
                    {idTime(entry.id) !== null && <span className="num block text-xs text-ink-3">{formatTime(idTime(entry.id)!, Date.now(), true)}</span>}
                  </td>
                  <td className="max-sm:pl-4">
                    <span className="num mb-0.5 block font-mono text-xs text-ink-3 sm:hidden">{entry.id}</span>
                    <Fields fields={entry.fields} />
                  </td>
                  {readOnly ? (
                    <td />
                  ) : (
                    <RowActions actions={[{ icon: Trash2, label: `Delete entry ${entry.id}`, danger: true, onClick: () => void remove(entry) }]} />
                  )}
                </GridRow>
              ))}
            </Grid>
            <Pager
              text={`page ${starts.length + 1}, ${entries.length} of ${formatInteger(details.length ?? entries.length)}`}
              onPrevious={starts.length > 0 ? () => setStarts(starts.slice(0, -1)) : null}
              onNext={entries.length === RowsPerPage ? () => setStarts([...starts, entries.at(-1)!.id]) : null}
            />
          </>
        )}
      </Loaded>
      {dialog}
    </>
  );
}

export function Fields({ fields }: { fields: readonly [Bulk, Bulk][] }) {
  return (
    <dl className="grid grid-cols-[fit-content(12rem)_minmax(0,1fr)] gap-x-4">
      {fields.map(([field, value], i) => (
        <div key={i} className="contents">
          <dt className="break-all text-ink-3">
            <BulkText value={field} limit={80} />
          </dt>
          <dd className="break-all">
            <BulkText value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
