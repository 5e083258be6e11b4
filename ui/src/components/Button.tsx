import clsx from 'clsx';
import { LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger';

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover shadow-card',
  secondary: 'bg-raised text-ink border border-line hover:bg-hover hover:border-line-strong shadow-card',
  ghost: 'text-ink-2 hover:bg-hover hover:text-ink',
  danger: 'bg-bad-soft text-bad border border-bad/30 hover:border-bad/70',
};

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: ButtonVariant;
  size?: 'sm' | 'md';
  icon?: LucideIcon;
  busy?: boolean;
}

export function Button({ variant = 'secondary', size = 'md', icon: Icon, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  const Shown = busy ? LoaderCircle : Icon;
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={clsx(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors select-none disabled:opacity-50',
        size === 'sm' ? 'h-7 px-2.5 text-xs' : 'h-9 px-3.5 text-sm',
        variants[variant],
        className,
      )}
    >
      {Shown && <Shown aria-hidden className={clsx('size-4 shrink-0', size === 'sm' && 'size-3.5', busy && 'animate-spin')} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  icon: LucideIcon;
  /** The accessible name; also the tooltip of the browser. */
  label: string;
}

export function IconButton({ icon: Icon, label, size = 'md', variant = 'ghost', busy = false, className, disabled, ...rest }: IconButtonProps) {
  const Shown = busy ? LoaderCircle : Icon;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      disabled={disabled || busy}
      className={clsx(
        'inline-flex shrink-0 items-center justify-center rounded-md transition-colors disabled:opacity-50',
        size === 'sm' ? 'size-7' : 'size-9',
        variants[variant],
        className,
      )}
    >
      <Shown aria-hidden className={clsx(size === 'sm' ? 'size-3.5' : 'size-4', busy && 'animate-spin')} />
    </button>
  );
}
