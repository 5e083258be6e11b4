import { useMemo } from 'react';
import { asText, useCommand } from '@/api';
import { type Info, parseInfo } from './info';

/** INFO, kept up to date. Sections keep the reply small. */
export function useInfo(sections: readonly string[] = [], everyMs = 2000): { info: Info | undefined; error: Error | undefined } {
  const { data, error } = useCommand(['INFO', ...sections], everyMs);
  const info = useMemo(() => (data === undefined ? undefined : parseInfo(asText(data))), [data]);
  return { info, error };
}
