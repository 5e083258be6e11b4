import { useState, type ReactNode } from 'react';
import { Button, Dialog, Field, FormError, Input, Select, TextArea } from '@/components';
import type { Bulk } from '@/lib/bytes';
import { BulkField } from './BulkField';

export interface EntryField {
  id: string;
  label: string;
  /** bulk: bytes of any kind; words: arguments as in a command; text: a short text such as a score or an id; choice: one of `options`. */
  kind: 'bulk' | 'words' | 'text' | 'choice';
  initial: Bulk;
  hint?: string;
  rows?: number;
  options?: readonly (readonly [value: string, label: string])[];
  placeholder?: string;
  readOnly?: boolean;
  /** Says what is wrong, or null. */
  check?: (text: string) => string | null;
}

export interface Entry {
  title: string;
  description?: ReactNode;
  fields: readonly EntryField[];
  /** What the button says. */
  action: string;
  onSubmit: (values: Record<string, Bulk>) => Promise<void>;
}

/** A form in a dialog, for one element of a key. Errors of the server show in it, and what was typed stays. */
export function EntryDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const [values, setValues] = useState<Record<string, Bulk | null>>(() => Object.fromEntries(entry.fields.map((f) => [f.id, f.initial])));
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const problem = (field: EntryField) => (field.check === undefined ? null : field.check(String(values[field.id] ?? '')));
  const isValid = entry.fields.every((f) => values[f.id] !== null && problem(f) === null);
  const submit = async () => {
    if (!isValid || isBusy) return;
    setBusy(true);
    setError(null);
    try {
      await entry.onSubmit(values as Record<string, Bulk>);
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  };
  const set = (id: string, value: Bulk | null) => setValues((old) => ({ ...old, [id]: value }));
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={entry.title}
      description={entry.description}
      width="md"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={isBusy} disabled={!isValid} onClick={() => void submit()}>
            {entry.action}
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
        }}
      >
        {entry.fields.map((field, i) => (
          <Field
            key={field.id}
            label={field.label}
            hint={field.hint}
            error={String(values[field.id] ?? '') === String(field.initial) ? undefined : (problem(field) ?? undefined)}
          >
            {(control) =>
              field.kind === 'bulk' ? (
                <BulkField
                  id={control.id}
                  label={field.label}
                  value={field.initial}
                  onValue={(value) => set(field.id, value)}
                  rows={field.rows ?? 1}
                  autoFocus={i === 0}
                  disabled={field.readOnly ?? false}
                />
              ) : field.kind === 'words' ? (
                <TextArea
                  {...control}
                  rows={field.rows ?? 3}
                  autoFocus={i === 0}
                  placeholder={field.placeholder}
                  value={String(values[field.id] ?? '')}
                  onChange={(event) => set(field.id, event.target.value)}
                />
              ) : field.kind === 'choice' ? (
                <Select {...control} value={String(values[field.id])} onChange={(event) => set(field.id, event.target.value)}>
                  {field.options?.map(([value, label]) => (
                    <option key={value} value={value}>
                      {label}
                    </option>
                  ))}
                </Select>
              ) : (
                <Input
                  {...control}
                  mono
                  autoFocus={i === 0}
                  readOnly={field.readOnly}
                  placeholder={field.placeholder}
                  value={String(values[field.id] ?? '')}
                  onChange={(event) => set(field.id, event.target.value)}
                />
              )
            }
          </Field>
        ))}
        {error !== null && <FormError>{error}</FormError>}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

export function isScore(text: string): string | null {
  return /^[+-]?(inf|infinity|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i.test(text.trim()) ? null : 'A score is a number, inf or -inf.';
}
