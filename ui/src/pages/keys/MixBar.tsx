import clsx from 'clsx';
import { formatInteger, formatPercent } from '@/lib/format';
import { typeLabel } from '@/lib/keyTypes';
import { sharesOf, typeColor } from './typeColors';

/** Which types the keys are of, as a bar. */
export function MixBar({ types, className }: { types: Readonly<Record<string, number>>; className?: string }) {
  const shares = sharesOf(types);
  return (
    <span
      aria-hidden
      title={shares.map(({ type, count }) => `${typeLabel(type)}: ${formatInteger(count)}`).join('\n')}
      className={clsx('flex h-1.5 overflow-hidden rounded-full bg-hover', className)}
    >
      {shares.map(({ type, share }) => (
        <span key={type} className={typeColor(type)} style={{ width: `${share * 100}%` }} />
      ))}
    </span>
  );
}

export function MixLegend({ types }: { types: Readonly<Record<string, number>> }) {
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1.5 text-sm">
      {sharesOf(types).map(({ type, count, share }) => (
        <li key={type} className="flex items-center gap-2">
          <span aria-hidden className={clsx('size-2.5 rounded-sm', typeColor(type))} />
          {typeLabel(type)}
          <span className="num text-ink-3">
            {formatInteger(count)} · {formatPercent(share, share < 0.01 ? 2 : 0)}
          </span>
        </li>
      ))}
    </ul>
  );
}
