import clsx from 'clsx';
import { Check, type LucideIcon } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

export interface MenuItem {
  label: ReactNode;
  icon?: LucideIcon;
  onSelect: () => void;
  danger?: boolean;
  disabled?: boolean;
  /** Shows a tick: the item is one of a choice. */
  checked?: boolean;
  hint?: ReactNode;
}

/** A menu at a button. `null` among the items is a line. */
export function Menu({ trigger, items, align = 'end', label }: { trigger: ReactNode; items: readonly (MenuItem | null)[]; align?: 'start' | 'end'; label?: string }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align={align} sideOffset={6} collisionPadding={8} aria-label={label} className="animate-pop z-50 min-w-48 rounded-lg bg-raised p-1 shadow-pop">
          {items.map((item, i) =>
            item === null ? (
              <Radix.Separator key={i} className="my-1 h-px bg-line" />
            ) : (
              <Radix.Item
                key={i}
                disabled={item.disabled ?? false}
                onSelect={item.onSelect}
                className={clsx(
                  'flex cursor-default items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm outline-none data-disabled:opacity-45 data-highlighted:bg-hover',
                  item.danger ? 'text-bad' : 'text-ink',
                )}
              >
                {item.icon && <item.icon aria-hidden className="size-4 shrink-0 opacity-75" />}
                <span className="flex-1">{item.label}</span>
                {item.hint && <span className="text-xs text-ink-3">{item.hint}</span>}
                {item.checked && <Check aria-hidden className="size-4 text-accent-ink" />}
              </Radix.Item>
            ),
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
