import { Check, Plus, Trash2, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { asList, asNumber, asRecord, useQuery } from '@/api';
import { Badge, Button, EmptyState, toast, toastError, useConfirm } from '@/components';
import { type Bulk, bulkId, display, sameBulk } from '@/lib/bytes';
import { formatDuration, formatInteger } from '@/lib/format';
import { parseDuration } from '@/lib/durations';
import { BulkText } from '../BulkField';
import { asBulk, numberOrNull } from '../keyspace';
import { Grid, GridRow, Loaded, RowActions, RowsPerPage, Toolbar, useEntryDialog, type EditorProps } from './common';

const isId = (text: string) => (/^(\$|\d+(-\d+)?)$/.test(text) ? null : '$ for the end, 0 for the beginning, or an id.');

/** Consumer groups of a stream: their consumers, and what was delivered but not acknowledged. */
export function StreamGroups({ keyspace, name, version, readOnly, onChanged }: EditorProps) {
  const [chosen, setChosen] = useState<Bulk | null>(null);
  const { open, dialog } = useEntryDialog();
  const confirm = useConfirm();
  const groups = useQuery(
    async (signal) =>
      asList(await keyspace.read(['XINFO', 'GROUPS', name], signal)).map((reply) => {
        const group = asRecord(reply);
        return {
          name: asBulk(group['name']),
          consumers: asNumber(group['consumers']),
          pending: asNumber(group['pending']),
          lastId: String(asBulk(group['last-delivered-id'])),
          lag: numberOrNull(group['lag']),
        };
      }),
    [keyspace, name, version],
  );
  const group = groups.data?.find((g) => chosen !== null && sameBulk(g.name, chosen)) ?? groups.data?.[0];

  const create = () =>
    open({
      title: 'New consumer group',
      fields: [
        { id: 'group', label: 'Name', kind: 'bulk', initial: '' },
        {
          id: 'start',
          label: 'Delivers entries after',
          kind: 'text',
          initial: '$',
          hint: '$ for the end, 0 for the beginning, or an id.',
          check: isId,
        },
      ],
      action: 'Create',
      onSubmit: async (values) => {
        await keyspace.write(['XGROUP', 'CREATE', name, values.group!, String(values.start)]);
        setChosen(values.group!);
        onChanged();
      },
    });
  const move = (of: Bulk, lastId: string) =>
    open({
      title: 'Move the group',
      description: <BulkText value={of} />,
      fields: [
        {
          id: 'start',
          label: 'Delivers entries after',
          kind: 'text',
          initial: lastId,
          hint: 'Earlier: entries are delivered again. Later: entries are skipped.',
          check: isId,
        },
      ],
      action: 'Move',
      onSubmit: async ({ start }) => {
        await keyspace.write(['XGROUP', 'SETID', name, of, String(start)]);
        onChanged();
      },
    });
  const destroy = async (of: Bulk, pending: number) => {
    if (
      !(await confirm({
        title: 'Delete the consumer group?',
        body: `${display(of, 80)} has ${formatInteger(pending)} entries that were not acknowledged. What it knows of them is lost; the entries stay.`,
        action: 'Delete group',
        danger: true,
      }))
    )
      return;
    await keyspace.write(['XGROUP', 'DESTROY', name, of]).then(onChanged, toastError('The group was not deleted'));
  };

  return (
    <>
      <Toolbar>
        <span className="flex-1" />
        <Button size="sm" icon={Plus} disabled={readOnly} onClick={create}>
          New group
        </Button>
      </Toolbar>
      <Loaded query={groups} what="The groups" isEmpty={(d) => d.length === 0} empty="No consumer groups">
        {(all) => (
          <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
            <Grid
              label="Groups"
              columns={[
                { label: 'Group' },
                { label: 'Consumers', className: 'text-right! max-sm:hidden' },
                { label: 'Pending', className: 'text-right!' },
                { label: 'Lag', className: 'text-right!' },
                { label: 'Last delivered', className: 'max-sm:hidden' },
                { label: 'Actions' },
              ]}
            >
              {all.map((g) => (
                <GridRow key={bulkId(g.name)} isFresh={g === group}>
                  <td>
                    <button type="button" aria-pressed={g === group} className="rounded text-left hover:underline" onClick={() => setChosen(g.name)}>
                      <BulkText value={g.name} />
                    </button>
                  </td>
                  <td className="num text-right max-sm:hidden">{formatInteger(g.consumers)}</td>
                  <td className="num text-right">{g.pending > 0 ? <Badge tone="warn">{formatInteger(g.pending)}</Badge> : '0'}</td>
                  <td className="num text-right">{g.lag === null ? '–' : formatInteger(g.lag)}</td>
                  <td className="num font-mono text-[0.8125rem] max-sm:hidden">
                    <button
                      type="button"
                      className="rounded hover:underline disabled:no-underline"
                      disabled={readOnly}
                      onClick={() => move(g.name, g.lastId)}
                      title="Move"
                    >
                      {g.lastId}
                    </button>
                  </td>
                  {readOnly ? (
                    <td />
                  ) : (
                    <RowActions
                      actions={[
                        {
                          icon: Trash2,
                          label: `Delete group ${display(g.name, 40)}`,
                          danger: true,
                          onClick: () => void destroy(g.name, g.pending),
                        },
                      ]}
                    />
                  )}
                </GridRow>
              ))}
            </Grid>
            {group !== undefined && <Group key={bulkId(group.name)} group={group.name} {...{ keyspace, name, version, readOnly, onChanged }} />}
          </div>
        )}
      </Loaded>
      {dialog}
    </>
  );
}

function Group({
  keyspace,
  name,
  group,
  version,
  readOnly,
  onChanged,
}: Pick<EditorProps, 'keyspace' | 'name' | 'version' | 'readOnly' | 'onChanged'> & { group: Bulk }) {
  const { open, dialog } = useEntryDialog();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const query = useQuery(
    async (signal) => {
      const [consumers, pending] = await keyspace.readMany(
        [
          ['XINFO', 'CONSUMERS', name, group],
          ['XPENDING', name, group, '-', '+', RowsPerPage],
        ],
        signal,
      );
      return {
        consumers: asList(consumers).map((reply) => {
          const consumer = asRecord(reply);
          return { name: asBulk(consumer['name']), pending: asNumber(consumer['pending']), idleMs: asNumber(consumer['idle']) };
        }),
        pending: asList(pending).map((reply) => {
          const [id, consumer, idle, deliveries] = asList(reply);
          return { id: String(asBulk(id)), consumer: asBulk(consumer), idleMs: asNumber(idle), deliveries: asNumber(deliveries) };
        }),
      };
    },
    [keyspace, name, group, version],
  );
  const chosen = query.data?.pending.filter((p) => selected.has(p.id)).map((p) => p.id) ?? [];

  const acknowledge = async (ids: readonly string[]) => {
    try {
      const count = asNumber(await keyspace.write(['XACK', name, group, ...ids]));
      toast('good', `${formatInteger(count)} acknowledged`);
      setSelected(new Set());
      onChanged();
    } catch (error) {
      toastError('Nothing was acknowledged')(error);
    }
  };
  const claim = (ids: readonly string[]) =>
    open({
      title: `Give ${ids.length === 1 ? 'the entry' : `${ids.length} entries`} to a consumer`,
      fields: [
        { id: 'consumer', label: 'Consumer', kind: 'bulk', initial: query.data?.consumers[0]?.name ?? '' },
        {
          id: 'idle',
          label: 'Only when idle for',
          kind: 'text',
          initial: '0 s',
          hint: 'Such as 30 s: leaves alone what somebody is working on.',
          check: (t) => (/^0/.test(t) || parseDuration(t) !== null ? null : 'Not a length of time.'),
        },
      ],
      action: 'Claim',
      onSubmit: async ({ consumer, idle }) => {
        const claimed = asList(await keyspace.write(['XCLAIM', name, group, consumer!, parseDuration(String(idle)) ?? 0, ...ids, 'JUSTID'])).length;
        toast(claimed > 0 ? 'good' : 'info', `${formatInteger(claimed)} of ${formatInteger(ids.length)} claimed`);
        setSelected(new Set());
        onChanged();
      },
    });
  const removeConsumer = (consumer: Bulk) =>
    void keyspace.write(['XGROUP', 'DELCONSUMER', name, group, consumer]).then(onChanged, toastError('The consumer was not removed'));

  return (
    <div className="flex flex-col gap-4 border-t border-line py-4">
      <Loaded query={query} what="The group" isEmpty={() => false} empty="">
        {({ consumers, pending }) => (
          <>
            <section aria-label="Consumers">
              <h3 className="px-4 pb-1 text-xs font-semibold text-ink-2">Consumers</h3>
              {consumers.length === 0 ? (
                <p className="px-4 text-sm text-ink-3">Nobody has read from this group yet.</p>
              ) : (
                <Grid
                  label="Consumers"
                  columns={[
                    { label: 'Consumer' },
                    { label: 'Pending', className: 'text-right!' },
                    { label: 'Idle', className: 'text-right!' },
                    { label: 'Actions' },
                  ]}
                >
                  {consumers.map((c) => (
                    <GridRow key={bulkId(c.name)}>
                      <td>
                        <BulkText value={c.name} />
                      </td>
                      <td className="num text-right">{formatInteger(c.pending)}</td>
                      <td className="num text-right">{formatDuration(c.idleMs)}</td>
                      {readOnly ? (
                        <td />
                      ) : (
                        <RowActions
                          actions={[
                            {
                              icon: Trash2,
                              label: `Remove consumer ${display(c.name, 40)}`,
                              danger: true,
                              disabled: c.pending > 0,
                              onClick: () => removeConsumer(c.name),
                            },
                          ]}
                        />
                      )}
                    </GridRow>
                  ))}
                </Grid>
              )}
            </section>
            <section aria-label="Pending entries">
              <div className="flex items-center gap-2 px-4 pb-1">
                <h3 className="flex-1 text-xs font-semibold text-ink-2">Delivered, not acknowledged</h3>
                {chosen.length > 0 && (
                  <>
                    <Button size="sm" icon={Check} onClick={() => void acknowledge(chosen)}>
                      Acknowledge {chosen.length}
                    </Button>
                    <Button size="sm" icon={UserPlus} onClick={() => claim(chosen)}>
                      Claim {chosen.length}
                    </Button>
                  </>
                )}
              </div>
              {pending.length === 0 ? (
                <EmptyState title="Everything is acknowledged" className="py-6!" />
              ) : (
                <Grid
                  label="Pending entries"
                  columns={[
                    { label: '', className: 'w-8' },
                    { label: 'Id' },
                    { label: 'Consumer' },
                    { label: 'Idle', className: 'text-right! max-sm:hidden' },
                    { label: 'Deliveries', className: 'text-right! max-sm:hidden' },
                    { label: 'Actions' },
                  ]}
                >
                  {pending.map((p) => (
                    <GridRow key={p.id}>
                      <td>
                        <input
                          type="checkbox"
                          aria-label={`Select ${p.id}`}
                          className="accent-accent"
                          disabled={readOnly}
                          checked={selected.has(p.id)}
                          onChange={(event) => {
                            const next = new Set(selected);
                            if (event.target.checked) next.add(p.id);
                            else next.delete(p.id);
                            setSelected(next);
                          }}
                        />
                      </td>
                      <td className="num font-mono text-[0.8125rem] whitespace-nowrap">{p.id}</td>
                      <td>
                        <BulkText value={p.consumer} />
                      </td>
                      <td className="num text-right max-sm:hidden">{formatDuration(p.idleMs)}</td>
                      <td className="num text-right max-sm:hidden">{formatInteger(p.deliveries)}</td>
                      {readOnly ? (
                        <td />
                      ) : (
                        <RowActions
                          actions={[
                            { icon: Check, label: `Acknowledge ${p.id}`, onClick: () => void acknowledge([p.id]) },
                            { icon: UserPlus, label: `Claim ${p.id}`, onClick: () => claim([p.id]) },
                          ]}
                        />
                      )}
                    </GridRow>
                  ))}
                </Grid>
              )}
            </section>
          </>
        )}
      </Loaded>
      {dialog}
    </div>
  );
}
