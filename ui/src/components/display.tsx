import clsx from 'clsx';
import { Check, Copy } from 'lucide-react';
import { Tooltip as RadixTooltip } from 'radix-ui';
import { type ComponentProps, type ReactNode, useEffect, useState } from 'react';
import { formatAgo, formatBytes, formatCount, formatDuration, formatInteger, formatMicros, formatTime } from '@/lib/format';
import { typeLabel } from '@/lib/keyTypes';
import { IconButton } from './Button';

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad' | 'info' | 'violet';

const tones: Record<Tone, string> = {
  neutral: 'bg-raised text-ink-2 border-line',
  accent: 'bg-accent-soft text-accent-ink border-accent-ink/20',
  good: 'bg-good-soft text-good border-good/20',
  warn: 'bg-warn-soft text-warn border-warn/20',
  bad: 'bg-bad-soft text-bad border-bad/25',
  info: 'bg-info-soft text-info border-info/20',
  violet: 'bg-violet-soft text-violet border-violet/20',
};

export function Badge({ tone = 'neutral', className, children }: { tone?: Tone; className?: string; children: ReactNode }) {
  return (
    <span className={clsx('inline-flex h-5 shrink-0 items-center gap-1 rounded border px-1.5 text-2xs font-medium whitespace-nowrap', tones[tone], className)}>{children}</span>
  );
}

const typeTones: Record<string, Tone> = { string: 'info', hash: 'violet', list: 'good', set: 'warn', zset: 'accent', stream: 'neutral' };

/** The type of a key, in its colour. */
export function TypeBadge({ type }: { type: string }) {
  return <Badge tone={typeTones[type] ?? 'neutral'}>{typeLabel(type)}</Badge>;
}

const dots: Record<Tone, string> = { neutral: 'text-ink-3', accent: 'text-accent-ink', good: 'text-good', warn: 'text-warn', bad: 'text-bad', info: 'text-info', violet: 'text-violet' };

export function Dot({ tone, live = false, className }: { tone: Tone; live?: boolean; className?: string }) {
  return <span aria-hidden className={clsx('inline-block size-2 shrink-0 rounded-full bg-current', dots[tone], live && 'animate-live', className)} />;
}

export function Tooltip({ label, children, side = 'top' }: { label: ReactNode; children: ReactNode; side?: 'top' | 'right' | 'bottom' | 'left' }) {
  return (
    <RadixTooltip.Root>
      <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
      <RadixTooltip.Portal>
        <RadixTooltip.Content side={side} sideOffset={6} collisionPadding={8} className="animate-fade z-90 max-w-80 rounded-md bg-raised px-2.5 py-1.5 text-xs text-ink shadow-pop">
          {label}
        </RadixTooltip.Content>
      </RadixTooltip.Portal>
    </RadixTooltip.Root>
  );
}

/** A framed part of a page. */
export function Card({ title, description, actions, children, className, bodyClassName, bodyTabIndex, ...rest }: Omit<ComponentProps<'section'>, 'title'> & { title?: ReactNode; description?: ReactNode; actions?: ReactNode; bodyClassName?: string; /** For bodies that scroll: the keyboard must reach them. */ bodyTabIndex?: number }) {
  return (
    <section {...rest} className={clsx('min-w-0 rounded-xl border border-line bg-surface shadow-card', className)}>
      {(title !== undefined || actions !== undefined) && (
        <header className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3 pb-2">
          <div className="min-w-0">
            <h2 className="text-sm font-semibold text-ink">{title}</h2>
            {description !== undefined && <p className="mt-0.5 text-xs text-ink-3">{description}</p>}
          </div>
          {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={bodyClassName ?? 'px-4 pb-4'} tabIndex={bodyTabIndex}>
        {children}
      </div>
    </section>
  );
}

/** Names and values, one pair a line. */
export function KeyValue({ items, className }: { items: readonly (readonly [label: ReactNode, value: ReactNode])[]; className?: string }) {
  return (
    <dl className={clsx('grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 text-sm', className)}>
      {items.map(([label, value], i) => (
        <div key={i} className="col-span-2 grid grid-cols-subgrid border-b border-line/70 py-2 last:border-0">
          <dt className="text-ink-3">{label}</dt>
          <dd className="num min-w-0 text-right break-words text-ink">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Bytes({ value }: { value: number }) {
  return (
    <span className="num whitespace-nowrap" title={Number.isFinite(value) ? `${formatInteger(value)} bytes` : undefined}>
      {formatBytes(value)}
    </span>
  );
}

export function Count({ value, full = false }: { value: number; full?: boolean }) {
  return (
    <span className="num whitespace-nowrap" title={formatInteger(value)}>
      {full ? formatInteger(value) : formatCount(value)}
    </span>
  );
}

export function Duration({ ms }: { ms: number }) {
  return <span className="num whitespace-nowrap">{formatDuration(ms)}</span>;
}

export function Micros({ us }: { us: number }) {
  return (
    <span className="num whitespace-nowrap" title={Number.isFinite(us) ? `${formatInteger(us)} µs` : undefined}>
      {formatMicros(us)}
    </span>
  );
}

/** The time now, renewed by the period; for texts such as "12 s ago". */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** "12 s ago", with the exact time on hover. */
export function Ago({ unixMs }: { unixMs: number }) {
  const now = useNow();
  return (
    <time dateTime={Number.isFinite(unixMs) ? new Date(unixMs).toISOString() : undefined} title={formatTime(unixMs, 0)} className="num whitespace-nowrap">
      {formatAgo(unixMs, now)}
    </time>
  );
}

/** A share of a whole as a bar. The tone changes where it gets tight. */
export function Meter({ value, max = 1, label, tone, className }: { value: number; max?: number; label: string; tone?: Tone; className?: string }) {
  const share = max > 0 && Number.isFinite(value) ? Math.max(0, Math.min(1, value / max)) : 0;
  const shownTone = tone ?? (share > 0.95 ? 'bad' : share > 0.8 ? 'warn' : 'accent');
  return (
    <div role="meter" aria-label={label} aria-valuenow={Math.round(share * 100)} aria-valuemin={0} aria-valuemax={100} className={clsx('h-1.5 overflow-hidden rounded-full bg-hover', className)}>
      <div className={clsx('h-full rounded-full bg-current transition-[width] duration-500', dots[shownTone])} style={{ width: `${share * 100}%` }} />
    </div>
  );
}

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <IconButton
      size="sm"
      icon={copied ? Check : Copy}
      label={copied ? 'Copied' : label}
      onClick={() => {
        void navigator.clipboard?.writeText(text).then(() => {
          setCopied(true);
          setTimeout(() => setCopied(false), 1200);
        });
      }}
    />
  );
}

export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded border border-line bg-raised px-1.5 text-2xs text-ink-2">{children}</kbd>;
}
