import clsx from 'clsx';
import { memo, useRef } from 'react';
import { jsonTokens, type JsonTokenKind } from '@/lib/jsonTokens';

const colors: Record<JsonTokenKind, string | undefined> = {
  name: 'text-violet',
  string: 'text-good',
  number: 'text-info',
  word: 'text-warn',
  mark: 'text-ink-3',
  other: undefined,
};

/** Beyond this, colouring each keystroke costs more than it gives. */
const MaxColoredChars = 60_000;

const sharedClass = 'scroll-thin p-3 font-mono text-[0.8125rem] leading-relaxed whitespace-pre-wrap wrap-anywhere overflow-x-hidden overflow-y-scroll';

export interface JsonBoxProps {
  label: string;
  text: string;
  onText?: (text: string) => void;
  readOnly: boolean;
}

/** A text box for JSON: the coloured text lies under a text box whose own text is clear, so that editing is the browser's. */
export function JsonBox({ label, text, onText, readOnly }: JsonBoxProps) {
  const under = useRef<HTMLPreElement>(null);
  const isColored = text.length <= MaxColoredChars;
  return (
    <div className="relative mx-4 min-h-40 flex-1 overflow-hidden rounded-md border border-line bg-sunken focus-within:border-accent-ink focus-within:outline-2 focus-within:outline-accent-ink/30">
      {isColored && (
        <pre ref={under} aria-hidden className={clsx(sharedClass, 'absolute inset-0')}>
          <Colored text={text} />
        </pre>
      )}
      <textarea
        aria-label={label}
        spellCheck={false}
        autoComplete="off"
        readOnly={readOnly}
        value={text}
        onChange={(event) => onText?.(event.target.value)}
        onScroll={(event) => {
          if (under.current !== null) under.current.scrollTop = event.currentTarget.scrollTop;
        }}
        className={clsx(sharedClass, 'absolute inset-0 size-full resize-none bg-transparent caret-ink outline-none', isColored && 'text-transparent')}
      />
    </div>
  );
}

const Colored = memo(function Colored({ text }: { text: string }) {
  // A line break at the very end has no line of its own in a `pre`, and one in a text box.
  return (
    <>
      {jsonTokens(`${text}\n`).map((token, i) => (
        <span key={i} className={colors[token.kind]}>
          {token.text}
        </span>
      ))}
    </>
  );
});
