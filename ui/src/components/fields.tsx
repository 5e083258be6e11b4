import clsx from 'clsx';
import { ChevronDown, Search, X } from 'lucide-react';
import { Switch as RadixSwitch } from 'radix-ui';
import { type ComponentProps, type ReactNode, useId } from 'react';

export const fieldClass =
  'h-9 w-full min-w-0 rounded-md border border-line bg-sunken px-3 text-sm text-ink transition-colors hover:border-line-strong focus:border-accent-ink focus:outline-2 focus:outline-offset-0 focus:outline-accent-ink/30 disabled:opacity-50 aria-invalid:border-bad';

export function Input({ className, mono = false, ...rest }: ComponentProps<'input'> & { mono?: boolean }) {
  return <input autoComplete="off" spellCheck={false} {...rest} className={clsx(fieldClass, mono && 'font-mono text-[0.8125rem]', className)} />;
}

export function TextArea({ className, mono = true, ...rest }: ComponentProps<'textarea'> & { mono?: boolean }) {
  return <textarea autoComplete="off" spellCheck={false} {...rest} className={clsx(fieldClass, 'h-auto min-h-20 py-2', mono && 'font-mono text-[0.8125rem]', className)} />;
}

export function SearchInput({ value, onValue, label, className, ...rest }: Omit<ComponentProps<'input'>, 'value'> & { value: string; onValue: (value: string) => void; label: string }) {
  return (
    <div className={clsx('relative', className)}>
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-3" />
      <Input aria-label={label} placeholder={label} value={value} onChange={(e) => onValue(e.target.value)} className="pr-8 pl-8.5" {...rest} />
      {value !== '' && (
        <button
          type="button"
          aria-label="Clear"
          onClick={() => onValue('')}
          className="absolute top-1/2 right-1.5 -translate-y-1/2 rounded p-1 text-ink-3 hover:bg-hover hover:text-ink"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  );
}

/** The browser's own select: it works on every device, and with every keyboard. */
export function Select({ className, wrapClassName, children, ...rest }: ComponentProps<'select'> & { wrapClassName?: string }) {
  return (
    <span className={clsx('relative inline-flex', wrapClassName)}>
      <select {...rest} className={clsx(fieldClass, 'appearance-none pr-8', className)}>
        {children}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-ink-3" />
    </span>
  );
}

export function Switch({ className, ...rest }: ComponentProps<typeof RadixSwitch.Root>) {
  return (
    <RadixSwitch.Root
      {...rest}
      className={clsx(
        'relative h-5 w-9 shrink-0 rounded-full border border-line-strong bg-sunken transition-colors disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:bg-accent',
        className,
      )}
    >
      <RadixSwitch.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-ink-2 transition-transform data-[state=checked]:translate-x-[1.125rem] data-[state=checked]:bg-on-accent" />
    </RadixSwitch.Root>
  );
}

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  className?: string;
  /** Gets the id, and what joins the control to hint and error. */
  children: (control: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }) => ReactNode;
}

export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const hasNote = Boolean(error ?? hint);
  return (
    <div className={clsx('flex min-w-0 flex-col gap-1.5', className)}>
      <label htmlFor={id} className="text-xs font-medium text-ink-2">
        {label}
      </label>
      {children({ id, 'aria-describedby': hasNote ? noteId : undefined, 'aria-invalid': error ? true : undefined })}
      {hasNote && (
        <p id={noteId} className={clsx('text-xs', error ? 'text-bad' : 'text-ink-3')} role={error ? 'alert' : undefined}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

/** Why what a form asked for was not done. */
export function FormError({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="rounded-md border border-bad/30 bg-bad-soft px-3 py-2 text-sm break-words text-bad">
      {children}
    </p>
  );
}
