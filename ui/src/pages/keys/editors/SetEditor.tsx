import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { asList, useQuery } from '@/api';
import { Button, SearchInput, toastError, useConfirm } from '@/components';
import { type Bulk, bulkId, display, sameBulk } from '@/lib/bytes';
import { formatThings } from '@/lib/format';
import { BulkText } from '../BulkField';
import { asBulk, type Command } from '../keyspace';
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

export function SetEditor({ keyspace, name, details, version, readOnly, onChanged }: EditorProps) {
  const [search, setSearch] = useState('');
  const cursors = useCursors(`${bulkId(name)} ${search}`);
  const { open, dialog } = useEntryDialog();
  const confirm = useConfirm();
  const query = useQuery(
    async (signal) => {
      const { elements, next } = await scanPage(
        keyspace,
        { command: 'SSCAN', name, cursor: cursors.cursor, search },
        (members) => asList(members).map(asBulk),
        (member) => member,
        signal,
      );
      return { members: elements, next };
    },
    [keyspace, name, search, cursors.cursor, version],
  );

  const edit = (member: Bulk | null) =>
    open({
      title: member === null ? 'New member' : 'Member',
      fields: [{ id: 'member', label: 'Member', kind: 'bulk', initial: member ?? '', rows: 4 }],
      action: member === null ? 'Add' : 'Save',
      onSubmit: async (values) => {
        const wanted = values.member!;
        if (member !== null && sameBulk(member, wanted)) return;
        if ((await keyspace.read(['SISMEMBER', name, wanted])) === 1) throw new Error('The set has this member already.');
        if (member !== null && (await keyspace.read(['SISMEMBER', name, member])) !== 1) throw new ConflictError('The member');
        const commands: Command[] = [['SADD', name, wanted]];
        if (member !== null) commands.push(['SREM', name, member]);
        await keyspace.writeMany(commands);
        onChanged();
      },
    });
  const remove = async (member: Bulk) => {
    const body = details.length === 1 ? `${display(member, 80)} is the last member: the key goes with it.` : display(member, 200);
    if (!(await confirm({ title: 'Remove the member?', body, action: 'Remove member', danger: true }))) return;
    await keyspace.write(['SREM', name, member]).then(onChanged, toastError('The member was not removed'));
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Toolbar>
        <SearchInput label="Search members" value={search} onValue={setSearch} className="w-56 max-sm:w-full" />
        <span className="flex-1" />
        <Button size="sm" icon={Plus} disabled={readOnly} onClick={() => edit(null)}>
          Add member
        </Button>
      </Toolbar>
      <Loaded query={query} what="The set" isEmpty={(d) => d.members.length === 0} empty={search === '' ? 'No members' : 'No member matches'}>
        {({ members, next }) => (
          <>
            <Grid label="Members" columns={[{ label: 'Member' }, { label: 'Actions' }]}>
              {members.map((member) => (
                <GridRow key={bulkId(member)}>
                  <td className="break-all">
                    <BulkText value={member} />
                  </td>
                  {readOnly ? (
                    <td />
                  ) : (
                    <RowActions
                      actions={[
                        { icon: Pencil, label: `Edit member ${display(member, 40)}`, onClick: () => edit(member) },
                        {
                          icon: Trash2,
                          label: `Remove member ${display(member, 40)}`,
                          danger: true,
                          onClick: () => void remove(member),
                        },
                      ]}
                    />
                  )}
                </GridRow>
              ))}
            </Grid>
            <Pager
              text={`page ${cursors.page}, ${formatThings(members.length, 'member')}`}
              onPrevious={cursors.previous}
              onNext={next === '0' ? null : () => cursors.next(next)}
            />
          </>
        )}
      </Loaded>
      {dialog}
    </div>
  );
}
