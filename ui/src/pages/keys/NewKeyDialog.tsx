import { useState } from 'react';
import { Button, Dialog, Field, FormError, Input, Select, TextArea } from '@/components';
import type { Bulk } from '@/lib/bytes';
import { parseDuration } from '@/lib/durations';
import { splitArguments } from '@/lib/quoting';
import { BulkField } from './BulkField';
import { creationCommands, kinds, type NewKeyKind } from './newKey';
import type { Keyspace } from './keyspace';

export function NewKeyDialog({
  keyspace,
  prefix,
  onClose,
  onCreated,
}: {
  keyspace: Keyspace;
  prefix: Bulk;
  onClose: () => void;
  onCreated: (key: Bulk) => void;
}) {
  const [kind, setKind] = useState<NewKeyKind>('string');
  const [name, setName] = useState<Bulk | null>(prefix);
  const [content, setContent] = useState<Bulk | null>('');
  const [ttl, setTtl] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const chosen = kinds[kind];
  const isTtlWrong = ttl.trim() !== '' && parseDuration(ttl) === null;

  const create = async () => {
    if (name === null || content === null || isTtlWrong || isBusy) return;
    setBusy(true);
    setError(null);
    try {
      let words: Bulk[] = [content];
      if (chosen.splits) {
        const split = splitArguments(String(content).replace(/\n/g, ' '));
        if (!split.ok) throw new Error(split.error);
        words = split.args;
      }
      if ((await keyspace.read(['EXISTS', name])) !== 0) throw new Error('A key of that name exists already.');
      const commands = creationCommands(kind, name, words);
      const ms = parseDuration(ttl);
      await keyspace.writeMany(ms === null ? commands : [...commands, ['PEXPIRE', name, ms]]);
      onCreated(name);
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="New key"
      width="md"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={isBusy} disabled={name === null || content === null || isTtlWrong} onClick={() => void create()}>
            Create key
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <div className="grid grid-cols-2 gap-4">
          <Field label="Type">
            {(control) => (
              <Select {...control} value={kind} onChange={(event) => (setKind(event.target.value as NewKeyKind), setContent(''))}>
                {Object.entries(kinds).map(([id, { label }]) => (
                  <option key={id} value={id}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Expires in" error={isTtlWrong ? 'Not a length of time.' : undefined}>
            {(control) => <Input {...control} placeholder="never" value={ttl} onChange={(event) => setTtl(event.target.value)} />}
          </Field>
        </div>
        <Field label="Name">{(control) => <BulkField id={control.id} label="Name" value={prefix} onValue={setName} autoFocus />}</Field>
        <Field label={chosen.contentLabel} hint={chosen.hint}>
          {(control) =>
            chosen.splits ? (
              <TextArea {...control} rows={5} value={String(content ?? '')} onChange={(event) => setContent(event.target.value)} />
            ) : (
              <BulkField key={kind} id={control.id} label={chosen.contentLabel} value="" onValue={setContent} rows={5} />
            )
          }
        </Field>
        {error !== null && <FormError>{error}</FormError>}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
