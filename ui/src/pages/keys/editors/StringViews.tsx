import { useState } from 'react';
import { type Bulk, fromBytes, toBytes } from '@/lib/bytes';
import { indentJson, prettyJson } from '@/lib/json';
import { fromEscaped, isPlainText, toEscaped } from '@/lib/escapes';
import { BytesPerRow, fromHexText, hexRow, rowsOf, toHexText } from '@/lib/hex';
import { VirtualRows } from '../VirtualRows';
import { JsonBox } from './JsonBox';

const boxClass =
  'scroll-thin mx-4 min-h-40 flex-1 resize-none rounded-md border border-line bg-sunken p-3 font-mono text-[0.8125rem] leading-relaxed text-ink focus:border-accent-ink focus:outline-2 focus:outline-offset-0 focus:outline-accent-ink/30 aria-invalid:border-bad';

interface ViewProps {
  value: Bulk;
  /** null: what stands there is no value. */
  onValue: (value: Bulk | null) => void;
  readOnly: boolean;
}

/** The value as text; with escapes where a text box would damage it. Pretty JSON shows indented, and stays as stored until it is edited. */
export function ValueText({ value, onValue, readOnly, pretty }: ViewProps & { pretty: boolean }) {
  const [isEscaped] = useState(!isPlainText(value));
  const [text, setText] = useState(() =>
    isEscaped ? toEscaped(value) : pretty && prettyJson(value as string) !== null ? indentJson((value as string).trim()) : (value as string),
  );
  const [error, setError] = useState<string | null>(null);
  if (pretty && !isEscaped) {
    return (
      <JsonBox
        label="Value"
        text={text}
        readOnly={readOnly}
        onText={(next) => {
          setText(next);
          onValue(next);
        }}
      />
    );
  }
  return (
    <>
      <textarea
        aria-label="Value"
        aria-invalid={error !== null || undefined}
        spellCheck={false}
        autoComplete="off"
        readOnly={readOnly}
        value={text}
        onChange={(event) => {
          const next = event.target.value;
          setText(next);
          if (!isEscaped) {
            onValue(next);
            return;
          }
          const parsed = fromEscaped(next);
          setError(parsed.ok ? null : parsed.error);
          onValue(parsed.ok ? parsed.value : null);
        }}
        className={boxClass}
      />
      {isEscaped && (
        <p className="mx-4 mt-1 text-xs text-ink-3">
          {error ?? 'Has bytes that are no text: they stand as escapes such as \\x00 and \\n, and a backslash is \\\\.'}
        </p>
      )}
    </>
  );
}

/** Small values are edited as hex digits; larger ones are shown. */
const MaxHexEditBytes = 16 * 1024;

export function HexText({ value, onValue, readOnly }: ViewProps) {
  const [bytes] = useState(() => toBytes(value));
  const [text, setText] = useState(() => (bytes.length <= MaxHexEditBytes ? toHexText(bytes) : ''));
  const [error, setError] = useState<string | null>(null);
  const [isEditing, setEditing] = useState(false);
  if (!isEditing) {
    return (
      <>
        <HexDump bytes={bytes} />
        {!readOnly && bytes.length <= MaxHexEditBytes && (
          <button type="button" className="mx-4 mt-1 self-start rounded text-xs text-accent-ink hover:underline" onClick={() => setEditing(true)}>
            Edit the digits
          </button>
        )}
      </>
    );
  }
  return (
    <>
      <textarea
        aria-label="Value in hexadecimal"
        aria-invalid={error !== null || undefined}
        autoFocus
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          const parsed = fromHexText(event.target.value);
          setError(parsed.ok ? null : parsed.error);
          onValue(parsed.ok ? fromBytes(parsed.bytes) : null);
        }}
        className={boxClass}
      />
      {error !== null && (
        <p role="alert" className="mx-4 mt-1 text-xs text-bad">
          {error}
        </p>
      )}
    </>
  );
}

export function HexDump({ bytes, base = 0 }: { bytes: Uint8Array; base?: number }) {
  return (
    <VirtualRows
      count={rowsOf(bytes)}
      rowHeight={22}
      tabIndex={0}
      role="region"
      aria-label="Value in hexadecimal"
      className="mx-4 min-h-40 flex-1 rounded-md border border-line bg-sunken font-mono text-[0.8125rem]"
      row={(index) => {
        const { offset, hex, text } = hexRow(bytes, index, base);
        return (
          <div key={index} className="flex h-[22px] items-center gap-4 px-3 whitespace-pre">
            <span className="text-ink-3">{offset}</span>
            <span>
              {hex.slice(0, 8).join(' ').padEnd(23)}{' '}
              {hex
                .slice(8)
                .join(' ')
                .padEnd((BytesPerRow - 8) * 3 - 1)}
            </span>
            <span className="text-ink-2 max-sm:hidden">{text}</span>
          </div>
        );
      }}
    />
  );
}
