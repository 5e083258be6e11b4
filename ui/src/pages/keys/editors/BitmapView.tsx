import clsx from 'clsx';
import { useState } from 'react';
import { asNumber, useQuery } from '@/api';
import { Button, Input, toastError } from '@/components';
import { formatInteger } from '@/lib/format';
import { Pager, Toolbar, type EditorProps } from './common';

/** As many as fit beside the tree. */
const BitsPerRow = 32;
const BitsPerPage = BitsPerRow * 64;

/** The bits of a value as a grid; a click turns one. Bit 0 is the highest of the first byte, as SETBIT counts. */
export function BitmapView({
  keyspace,
  name,
  version,
  readOnly,
  onChanged,
  bytes,
  length,
}: Pick<EditorProps, 'keyspace' | 'name' | 'version' | 'readOnly' | 'onChanged'> & { bytes: Uint8Array; length: number }) {
  const [offset, setOffset] = useState(0);
  const [jump, setJump] = useState('');
  const total = length * 8;
  const count = useQuery(async (signal) => asNumber(await keyspace.read(['BITCOUNT', name], signal)), [keyspace, name, version]);
  const bit = (index: number) => ((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1;
  const toggle = (index: number) => void keyspace.write(['SETBIT', name, index, 1 - bit(index)]).then(onChanged, toastError('The bit was not changed'));
  const goTo = (index: number) => {
    if (index < 0) return;
    setOffset(Math.floor(index / BitsPerPage) * BitsPerPage);
    setJump(String(index));
  };
  const next = async (value: 0 | 1) => {
    const from = Number(jump) + 1;
    const found = asNumber(await keyspace.read(['BITPOS', name, value, Number.isInteger(from) && jump !== '' ? from : offset, -1, 'BIT']));
    if (found >= 0) goTo(found);
  };
  const shown = Math.min(BitsPerPage, Math.max(0, total - offset));
  const rows = Math.ceil(shown / BitsPerRow);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Toolbar>
        <span className="num text-sm text-ink-2">
          {formatInteger(count.data ?? NaN)} of {formatInteger(total)} bits are set
        </span>
        <span className="flex-1" />
        <Input
          aria-label="Bit"
          placeholder="Bit"
          value={jump}
          onChange={(e) => setJump(e.target.value)}
          onKeyDown={(e) => e.key === 'Enter' && goTo(Number(jump))}
          inputMode="numeric"
          className="h-7 w-28! text-xs"
          mono
        />
        <Button size="sm" onClick={() => void next(1).catch(toastError('The search failed'))}>
          Next set
        </Button>
        <Button size="sm" onClick={() => void next(0).catch(toastError('The search failed'))}>
          Next clear
        </Button>
      </Toolbar>
      <div className="scroll-thin min-h-0 flex-1 overflow-auto px-4 pb-3" tabIndex={0} role="grid" aria-label="Bits" aria-readonly={readOnly}>
        {Array.from({ length: rows }, (_, row) => {
          const start = offset + row * BitsPerRow;
          return (
            <div key={start} role="row" className="flex items-center gap-px">
              <span role="rowheader" className="num w-20 shrink-0 pr-3 text-right font-mono text-2xs text-ink-3">
                {start}
              </span>
              {Array.from({ length: Math.min(BitsPerRow, total - start) }, (_, i) => {
                const index = start + i;
                const isSet = bit(index) === 1;
                return (
                  <button
                    key={index}
                    type="button"
                    role="gridcell"
                    tabIndex={-1}
                    disabled={readOnly}
                    title={`bit ${index}: ${isSet ? 1 : 0}`}
                    aria-label={`Bit ${index} is ${isSet ? 1 : 0}`}
                    onClick={() => toggle(index)}
                    className={clsx(
                      'size-3 shrink-0 rounded-[3px] border hover:outline hover:outline-ink-2',
                      isSet ? 'border-transparent bg-chart-1' : 'border-line bg-raised',
                      i % 8 === 7 && 'mr-1.5',
                      String(index) === jump && 'outline-2 outline-ink',
                    )}
                  />
                );
              })}
            </div>
          );
        })}
      </div>
      <Pager
        text={`bits ${formatInteger(offset)} – ${formatInteger(Math.max(offset, offset + shown - 1))} of ${formatInteger(total)}`}
        onPrevious={offset > 0 ? () => setOffset(offset - BitsPerPage) : null}
        onNext={offset + BitsPerPage < total ? () => setOffset(offset + BitsPerPage) : null}
      />
    </div>
  );
}
