import { GitMerge, Plus } from 'lucide-react';
import { asNumber, useQuery } from '@/api';
import { Button, toast } from '@/components';
import { formatInteger } from '@/lib/format';
import { splitArguments } from '@/lib/quoting';
import { Loaded, useEntryDialog, type EditorProps } from './common';

/** A HyperLogLog: what it counts can't be read back, so there is the count, and what one can put in. */
export function HyperLogLogView({
  keyspace,
  name,
  version,
  readOnly,
  onChanged,
}: Pick<EditorProps, 'keyspace' | 'name' | 'version' | 'readOnly' | 'onChanged'>) {
  const { open, dialog } = useEntryDialog();
  const query = useQuery(async (signal) => asNumber(await keyspace.read(['PFCOUNT', name], signal)), [keyspace, name, version]);
  const words = (text: unknown) => {
    const split = splitArguments(String(text).replace(/\n/g, ' '));
    if (!split.ok) throw new Error(split.error);
    if (split.args.length === 0) throw new Error('Nothing was given.');
    return split.args;
  };
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-4 p-6 text-center">
      <Loaded query={query} what="The count" isEmpty={() => false} empty="">
        {(count) => (
          <div>
            <p className="num text-4xl font-semibold tracking-tight">{formatInteger(count)}</p>
            <p className="mt-1 text-sm text-ink-3">distinct elements, give or take 0.81 %</p>
          </div>
        )}
      </Loaded>
      {!readOnly && (
        <div className="flex gap-2">
          <Button
            icon={Plus}
            onClick={() =>
              open({
                title: 'Add elements',
                fields: [
                  {
                    id: 'elements',
                    label: 'Elements',
                    kind: 'words',
                    initial: '',
                    rows: 4,
                    hint: 'Separated by blanks; quotes and escapes work.',
                  },
                ],
                action: 'Add',
                onSubmit: async ({ elements }) => {
                  const changed = asNumber(await keyspace.write(['PFADD', name, ...words(elements)]));
                  toast('good', changed === 1 ? 'The count changed' : 'All of them were counted already');
                  onChanged();
                },
              })
            }
          >
            Add elements
          </Button>
          <Button
            icon={GitMerge}
            onClick={() =>
              open({
                title: 'Merge others into this one',
                fields: [
                  {
                    id: 'keys',
                    label: 'Keys',
                    kind: 'words',
                    initial: '',
                    rows: 2,
                    hint: 'Keys of other HyperLogLogs, separated by blanks.',
                  },
                ],
                action: 'Merge',
                onSubmit: async ({ keys }) => {
                  await keyspace.write(['PFMERGE', name, ...words(keys)]);
                  onChanged();
                },
              })
            }
          >
            Merge
          </Button>
        </div>
      )}
      {dialog}
    </div>
  );
}
