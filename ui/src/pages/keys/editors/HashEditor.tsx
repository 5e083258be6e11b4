import { Clock, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { ErrorValue, asList, asPairs, useQuery } from '@/api';
import { Button, SearchInput, toastError, useConfirm } from '@/components';
import { type Bulk, bulkId, display, sameBulk } from '@/lib/bytes';
import { formatDuration, formatThings } from '@/lib/format';
import { parseDuration } from '@/lib/durations';
import { BulkText } from '../BulkField';
import { asBulk, numberOrNull, throwIfError, type Command } from '../keyspace';
import {
  ConflictError,
  Grid,
  GridRow,
  Loaded,
  Pager,
  RowActions,
  scanPage,
  Toolbar,
  useCursors,
  useEntryDialog,
  type EditorProps,
} from './common';

interface HashField {
  field: Bulk;
  value: Bulk;
  /** -1 without one; null when the server has no times to live for fields. */
  ttlMs: number | null;
}

export function HashEditor({ keyspace, name, details, version, readOnly, onChanged }: EditorProps) {
  const [search, setSearch] = useState('');
  const cursors = useCursors(`${bulkId(name)} ${search}`);
  const { open, dialog } = useEntryDialog();
  const confirm = useConfirm();
  const query = useQuery(
    async (signal) => {
      const { elements, next } = await scanPage<HashField>(
        keyspace,
        { command: 'HSCAN', name, cursor: cursors.cursor, search },
        (pairs) => asPairs(pairs).map(([field, value]) => ({ field: asBulk(field), value: asBulk(value), ttlMs: null })),
        (element) => element.field,
        signal,
      );
      return { fields: await withTimesToLive(elements, signal), next };
    },
    [keyspace, name, search, cursors.cursor, version],
  );

  async function withTimesToLive(fields: HashField[], signal: AbortSignal): Promise<HashField[]> {
    if (fields.length === 0) return fields;
    const [reply] = await keyspace.readMany([['HPTTL', name, 'FIELDS', fields.length, ...fields.map((f) => f.field)]], signal);
    if (reply instanceof ErrorValue) return fields;
    const times = asList(reply);
    return fields.map((f, i) => ({ ...f, ttlMs: numberOrNull(times[i]) }));
  }

  const edit = (row: HashField | null) =>
    open({
      title: row === null ? 'New field' : 'Field',
      fields: [
        { id: 'field', label: 'Field', kind: 'bulk', initial: row?.field ?? '' },
        { id: 'value', label: 'Value', kind: 'bulk', initial: row?.value ?? '', rows: 8 },
      ],
      action: row === null ? 'Add' : 'Save',
      onSubmit: async ({ field, value }) => {
        const commands: Command[] = [];
        const [present] = await keyspace.readMany([['HGET', name, row?.field ?? field!]]);
        throwIfError(present);
        if (row === null && present !== null) throw new Error('The hash has this field already.');
        if (row !== null && (present === null || !sameBulk(asBulk(present), row.value))) throw new ConflictError('The field');
        if (row !== null && !sameBulk(row.field, field!)) {
          if ((await keyspace.read(['HEXISTS', name, field!])) === 1) throw new Error('The hash has a field of the new name already.');
          commands.push(['HDEL', name, row.field]);
        }
        commands.push(['HSET', name, field!, value!]);
        // HSET takes a field's time to live away; an edit of its value should not.
        if (row?.ttlMs !== undefined && row.ttlMs !== null && row.ttlMs > 0) commands.push(['HPEXPIRE', name, row.ttlMs, 'FIELDS', 1, field!]);
        await keyspace.writeMany(commands);
        onChanged();
      },
    });
  const expire = (row: HashField) =>
    open({
      title: 'Time to live of the field',
      description: <BulkText value={row.field} />,
      fields: [
        {
          id: 'ttl',
          label: 'Time to live',
          kind: 'text',
          initial: row.ttlMs !== null && row.ttlMs > 0 ? `${Math.ceil(row.ttlMs / 1000)} s` : '',
          hint: 'Such as 90 s, 5 min, 2 h or 7 d. Empty: the field stays.',
          check: (text) => (text.trim() === '' || parseDuration(text) !== null ? null : 'Not a length of time.'),
        },
      ],
      action: 'Set',
      onSubmit: async ({ ttl }) => {
        const ms = parseDuration(String(ttl));
        await keyspace.write(ms === null ? ['HPERSIST', name, 'FIELDS', 1, row.field] : ['HPEXPIRE', name, ms, 'FIELDS', 1, row.field]);
        onChanged();
      },
    });
  const remove = async (row: HashField) => {
    const isLast = details.length === 1;
    if (
      !(await confirm({
        title: 'Delete the field?',
        body: isLast ? `${display(row.field, 80)} is the last field: the key goes with it.` : display(row.field, 200),
        action: 'Delete field',
        danger: true,
      }))
    )
      return;
    await keyspace.write(['HDEL', name, row.field]).then(onChanged, toastError('The field was not deleted'));
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Toolbar>
        <SearchInput label="Search fields" value={search} onValue={setSearch} className="w-56 max-sm:w-full" />
        <span className="flex-1" />
        <Button size="sm" icon={Plus} disabled={readOnly} onClick={() => edit(null)}>
          Add field
        </Button>
      </Toolbar>
      <Loaded query={query} what="The hash" isEmpty={(d) => d.fields.length === 0} empty={search === '' ? 'No fields' : 'No field matches'}>
        {({ fields, next }) => {
          const hasTimes = fields.some((f) => f.ttlMs !== null);
          return (
            <>
              <Grid
                label="Fields"
                columns={[
                  { label: 'Field', className: 'w-1/3' },
                  { label: 'Value' },
                  ...(hasTimes ? [{ label: 'Expires in', className: 'w-28 max-sm:hidden' }] : []),
                  { label: 'Actions' },
                ]}
              >
                {fields.map((row) => (
                  <GridRow key={bulkId(row.field)}>
                    <td className="break-all">
                      <BulkText value={row.field} className="text-ink-2" />
                    </td>
                    <td className="break-all">
                      <BulkText value={row.value} />
                      {row.ttlMs !== null && row.ttlMs >= 0 && <span className="num block text-xs text-ink-3 sm:hidden">expires in {formatDuration(row.ttlMs)}</span>}
                    </td>
                    {hasTimes && <td className="num whitespace-nowrap text-ink-3 max-sm:hidden">{row.ttlMs !== null && row.ttlMs >= 0 ? formatDuration(row.ttlMs) : '–'}</td>}
                    {readOnly ? (
                      <td />
                    ) : (
                      <RowActions
                        actions={[
                          { icon: Pencil, label: `Edit field ${display(row.field, 40)}`, onClick: () => edit(row) },
                          ...(hasTimes ? [{ icon: Clock, label: `Time to live of ${display(row.field, 40)}`, onClick: () => expire(row) }] : []),
                          {
                            icon: Trash2,
                            label: `Delete field ${display(row.field, 40)}`,
                            danger: true,
                            onClick: () => void remove(row),
                          },
                        ]}
                      />
                    )}
                  </GridRow>
                ))}
              </Grid>
              <Pager
                text={`page ${cursors.page}, ${formatThings(fields.length, 'field')}`}
                onPrevious={cursors.previous}
                onNext={next === '0' ? null : () => cursors.next(next)}
              />
            </>
          );
        }}
      </Loaded>
      {dialog}
    </div>
  );
}
