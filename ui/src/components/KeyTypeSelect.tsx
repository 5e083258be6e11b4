import type { ComponentProps } from 'react';
import { KeyTypes, typeLabel } from '@/lib/keyTypes';
import { Select } from './fields';

/** A choice of one type of keys, or, with an empty value, of all. */
export function KeyTypeSelect({ all, ...rest }: Omit<ComponentProps<typeof Select>, 'children'> & { all: string }) {
  return (
    <Select {...rest}>
      <option value="">{all}</option>
      {KeyTypes.map((t) => (
        <option key={t} value={t}>
          {typeLabel(t)}
        </option>
      ))}
    </Select>
  );
}
