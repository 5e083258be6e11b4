import clsx from 'clsx';
import { useState } from 'react';
import { Badge, TextArea } from '@/components';
import { type Bulk, byteLength, display } from '@/lib/bytes';
import { fromEscaped, isPlainText, toEscaped } from '@/lib/escapes';
import { formatInteger } from '@/lib/format';

/** A Redis string on one line. Bytes that are no text show as escapes, and a mark says so. */
export function BulkText({ value, limit = 300, className }: { value: Bulk; limit?: number; className?: string }) {
  const shown = display(value, limit);
  return (
    <span className={clsx('font-mono text-[0.8125rem]', className)} title={shown.length > 40 ? display(value, 2000) : undefined}>
      {shown === '' ? <span className="text-ink-3 italic">empty</span> : shown}
      {typeof value !== 'string' && <Badge className="ml-2 align-middle">binary</Badge>}
    </span>
  );
}

export interface BulkFieldProps {
  id?: string;
  label: string;
  value: Bulk;
  onValue: (value: Bulk | null) => void;
  rows?: number;
  autoFocus?: boolean;
  disabled?: boolean;
}

/**
 * A text box for a Redis string. Text is edited as it is; what a text box would damage (control characters, bytes that aren't UTF-8) is
 * edited with escapes. Gives null while what stands there is no value.
 */
export function BulkField({ id, label, value, onValue, rows = 1, autoFocus = false, disabled = false }: BulkFieldProps) {
  const [mode, setMode] = useState<'text' | 'escapes'>(isPlainText(value) ? 'text' : 'escapes');
  const [draft, setDraft] = useState(mode === 'text' ? (value as string) : toEscaped(value));
  const [error, setError] = useState<string | null>(null);
  const change = (text: string, inMode = mode) => {
    setDraft(text);
    if (inMode === 'text') {
      setError(null);
      onValue(text);
      return;
    }
    const parsed = fromEscaped(text);
    setError(parsed.ok ? null : parsed.error);
    onValue(parsed.ok ? parsed.value : null);
  };
  const switchTo = (next: 'text' | 'escapes') => {
    if (next === mode) return;
    if (next === 'escapes') {
      setMode(next);
      change(toEscaped(draft), next);
      return;
    }
    const parsed = fromEscaped(draft);
    if (!parsed.ok) return;
    if (!isPlainText(parsed.value)) {
      setError('This has bytes that are no text, so it can be edited with escapes only.');
      return;
    }
    setMode(next);
    change(parsed.value, next);
  };
  return (
    <div className="flex flex-col gap-1.5">
      <TextArea
        id={id}
        aria-label={id === undefined ? label : undefined}
        aria-invalid={error !== null || undefined}
        autoFocus={autoFocus}
        disabled={disabled}
        rows={rows}
        value={draft}
        onChange={(event) => change(event.target.value)}
        className={clsx('resize-y', rows === 1 ? 'min-h-9!' : 'min-h-20')}
      />
      <div className="flex items-center gap-2 text-xs">
        <span className={clsx('min-w-0 flex-1', error === null ? 'text-ink-3' : 'text-bad')} role={error === null ? undefined : 'alert'}>
          {error ?? (mode === 'escapes' ? 'Escapes: \\x00 is a byte, \\n a line break, \\\\ a backslash.' : '')}
        </span>
        <span className="num whitespace-nowrap text-ink-3">{formatInteger(byteLength(mode === 'text' ? draft : (asValue(draft) ?? '')))} bytes</span>
        <button
          type="button"
          aria-pressed={mode === 'escapes'}
          disabled={disabled}
          className={clsx(
            'rounded border px-1.5 font-mono text-2xs leading-5',
            mode === 'escapes' ? 'border-accent-ink/40 bg-accent-soft text-accent-ink' : 'border-line text-ink-2 hover:bg-hover',
          )}
          title={`Write ${label.toLowerCase()} with escapes, for bytes that are no text`}
          onClick={() => switchTo(mode === 'text' ? 'escapes' : 'text')}
        >
          {'\\x'}
          <span className="sr-only"> escapes</span>
        </button>
      </div>
    </div>
  );
}

function asValue(escaped: string): Bulk | null {
  const parsed = fromEscaped(escaped);
  return parsed.ok ? parsed.value : null;
}
