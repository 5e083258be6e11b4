import { ArrowDown, ArrowUp, Ellipsis, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { asList, useQuery } from '@/api';
import { Button, Menu, IconButton, Input, toast, toastError } from '@/components';
import { type Bulk, sameBulk } from '@/lib/bytes';
import { formatInteger } from '@/lib/format';
import { BulkText } from '../BulkField';
import { asBulk, numberOrNull } from '../keyspace';
import { ConflictError, Grid, GridRow, Loaded, Pager, rangeText, RowsPerPage, Toolbar, useEntryDialog, type EditorProps } from './common';
import { insertAt, removeAt, swap, uniqueToken } from './listCommands';

export function ListEditor({ keyspace, name, version, readOnly, onChanged }: EditorProps) {
  const [offset, setOffset] = useState(0);
  const [jump, setJump] = useState('');
  const { open, dialog } = useEntryDialog();
  const query = useQuery(
    async (signal) => {
      const [length, items] = await keyspace.readMany(
        [
          ['LLEN', name],
          ['LRANGE', name, offset, offset + RowsPerPage - 1],
        ],
        signal,
      );
      return { offset, total: numberOrNull(length) ?? 0, items: asList(items).map(asBulk) };
    },
    [keyspace, name, offset, version],
  );

  /** Positions shift under our hands when others push: before a change, the element must still be there. */
  const mustBe = async (index: number, value: Bulk) => {
    if (!sameBulk(asBulk(await keyspace.read(['LINDEX', name, index])), value)) throw new ConflictError('The element');
  };
  const act = (work: () => Promise<unknown>) => void work().then(onChanged, toastError('The list was not changed'));

  const push = (where: 'RPUSH' | 'LPUSH') =>
    open({
      title: where === 'RPUSH' ? 'Append to the end' : 'Put in front',
      fields: [{ id: 'value', label: 'Element', kind: 'bulk', initial: '', rows: 4 }],
      action: 'Add',
      onSubmit: async ({ value }) => {
        await keyspace.write([where, name, value!]);
        onChanged();
      },
    });
  const edit = (index: number, value: Bulk) =>
    open({
      title: `Element ${formatInteger(index)}`,
      fields: [{ id: 'value', label: 'Element', kind: 'bulk', initial: value, rows: 8 }],
      action: 'Save',
      onSubmit: async (values) => {
        await mustBe(index, value);
        await keyspace.write(['LSET', name, index, values.value!]);
        onChanged();
      },
    });
  const insert = (index: number, where: 'BEFORE' | 'AFTER', present: Bulk) =>
    open({
      title: `Insert ${where.toLowerCase()} element ${formatInteger(index)}`,
      fields: [{ id: 'value', label: 'Element', kind: 'bulk', initial: '', rows: 4 }],
      action: 'Insert',
      onSubmit: async ({ value }) => {
        await mustBe(index, present);
        await keyspace.writeMany(insertAt(name, index, where, present, value!, uniqueToken()));
        onChanged();
      },
    });

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Toolbar>
        <Button size="sm" icon={Plus} disabled={readOnly} onClick={() => push('RPUSH')}>
          Append
        </Button>
        <Button size="sm" icon={Plus} disabled={readOnly} onClick={() => push('LPUSH')}>
          Put in front
        </Button>
        <span className="flex-1" />
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const index = Number(jump);
            const total = query.data?.total ?? 0;
            if (jump.trim() === '' || !Number.isInteger(index)) return;
            setOffset(Math.max(0, Math.min(total - 1, index < 0 ? total + index : index)));
          }}
        >
          <Input
            aria-label="Go to position"
            placeholder="Go to position"
            value={jump}
            onChange={(e) => setJump(e.target.value)}
            inputMode="numeric"
            className="h-7 w-32! text-xs"
          />
        </form>
      </Toolbar>
      <Loaded query={query} what="The list" isEmpty={(d) => d.items.length === 0} empty="Nothing at this position">
        {({ offset: start, total, items }) => (
          <>
            <Grid label="Elements" columns={[{ label: 'Position', className: 'w-24 text-right!' }, { label: 'Element' }, { label: 'Actions' }]}>
              {items.map((item, i) => {
                const index = start + i;
                return (
                  <GridRow key={index}>
                    <td className="num text-right text-ink-3">{formatInteger(index)}</td>
                    <td className="break-all">
                      <BulkText value={item} />
                    </td>
                    {readOnly ? (
                      <td />
                    ) : (
                      <td className="w-px align-top! whitespace-nowrap">
                        <span className="-my-0.5 flex justify-end opacity-70 group-focus-within:opacity-100 group-hover:opacity-100">
                          <IconButton icon={Pencil} label={`Edit element ${index}`} size="sm" onClick={() => edit(index, item)} />
                          <Menu
                            label={`More for element ${index}`}
                            trigger={<IconButton icon={Ellipsis} label={`More for element ${index}`} size="sm" />}
                            items={[
                              { label: 'Insert before', icon: ArrowUp, onSelect: () => insert(index, 'BEFORE', item) },
                              { label: 'Insert after', icon: ArrowDown, onSelect: () => insert(index, 'AFTER', item) },
                              null,
                              {
                                label: 'Move up',
                                icon: ArrowUp,
                                disabled: i === 0,
                                onSelect: () =>
                                  act(async () => (await mustBe(index, item), await keyspace.writeMany(swap(name, index, item, index - 1, items[i - 1]!)))),
                              },
                              {
                                label: 'Move down',
                                icon: ArrowDown,
                                disabled: i === items.length - 1,
                                onSelect: () =>
                                  act(async () => (await mustBe(index, item), await keyspace.writeMany(swap(name, index, item, index + 1, items[i + 1]!)))),
                              },
                              null,
                              {
                                label: 'Remove',
                                icon: Trash2,
                                danger: true,
                                onSelect: () =>
                                  act(async () => {
                                    await mustBe(index, item);
                                    await keyspace.writeMany(removeAt(name, index, uniqueToken()));
                                    toast('good', `Element ${formatInteger(index)} removed`);
                                  }),
                              },
                            ]}
                          />
                        </span>
                      </td>
                    )}
                  </GridRow>
                );
              })}
            </Grid>
            <Pager
              text={rangeText(start, items.length, total)}
              onPrevious={start > 0 ? () => setOffset(Math.max(0, start - RowsPerPage)) : null}
              onNext={start + items.length < total ? () => setOffset(start + RowsPerPage) : null}
            >
              <Button size="sm" variant="ghost" onClick={() => setOffset(Math.max(0, total - RowsPerPage))} disabled={start + items.length >= total}>
                To the end
              </Button>
            </Pager>
          </>
        )}
      </Loaded>
      {dialog}
    </div>
  );
}
