import clsx from 'clsx';
import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

export interface TabItem {
  value: string;
  label: ReactNode;
  content: ReactNode;
}

/** Tabs as an underlined row; it scrolls sideways where it does not fit. */
export function Tabs({ value, onValue, items, label, className }: { value: string; onValue: (value: string) => void; items: readonly TabItem[]; label: string; className?: string }) {
  return (
    <Radix.Root value={value} onValueChange={onValue} className={clsx('flex min-h-0 min-w-0 flex-col', className)}>
      <Radix.List aria-label={label} className="scroll-thin flex shrink-0 gap-1 overflow-x-auto border-b border-line">
        {items.map((item) => (
          <Radix.Trigger
            key={item.value}
            value={item.value}
            className="relative shrink-0 rounded-t-md px-2.5 py-2.5 sm:px-3 text-sm font-medium text-ink-3 transition-colors -outline-offset-2 after:absolute after:inset-x-2 after:bottom-0 after:h-0.5 after:rounded-full hover:text-ink data-[state=active]:text-ink data-[state=active]:after:bg-accent-ink"
          >
            {item.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {items.map((item) => (
        <Radix.Content key={item.value} value={item.value} className="min-h-0 flex-1 pt-4" tabIndex={-1}>
          {item.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}

/** A choice of few, all visible. */
export function Segmented<T extends string>({ value, onValue, options, label, className }: { value: T; onValue: (value: T) => void; options: readonly (readonly [value: T, label: ReactNode])[]; label: string; className?: string }) {
  return (
    <div role="radiogroup" aria-label={label} className={clsx('inline-flex shrink-0 rounded-lg border border-line bg-sunken p-0.5', className)}>
      {options.map(([option, text], i) => (
        <button
          key={option}
          type="button"
          role="radio"
          aria-checked={option === value}
          tabIndex={option === value ? 0 : -1}
          onClick={() => onValue(option)}
          onKeyDown={(event) => {
            const step = event.key === 'ArrowRight' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 0;
            if (step === 0) return;
            event.preventDefault();
            const next = (i + step + options.length) % options.length;
            onValue(options[next]![0]);
            (event.currentTarget.parentElement?.children[next] as HTMLElement | undefined)?.focus();
          }}
          className={clsx(
            'rounded-md px-2.5 py-1 text-xs font-medium whitespace-nowrap transition-colors',
            option === value ? 'bg-raised text-ink shadow-card ring-1 ring-line' : 'text-ink-3 hover:text-ink',
          )}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
