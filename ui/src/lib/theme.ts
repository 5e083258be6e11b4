import { useEffect, useSyncExternalStore } from 'react';
import { usePreference } from './preferences';

export type ThemeChoice = 'system' | 'dark' | 'light';
export type Theme = 'dark' | 'light';

const lightQuery = () => window.matchMedia('(prefers-color-scheme: light)');

/** The chosen theme, what it comes to, and the setter. `public/theme.js` does the same before the first paint. */
export function useTheme(): { choice: ThemeChoice; theme: Theme; setChoice: (choice: ThemeChoice) => void } {
  const [choice, setChoice] = usePreference<ThemeChoice>('theme', 'system');
  const systemIsLight = useSyncExternalStore(
    (listener) => {
      const query = lightQuery();
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => lightQuery().matches,
  );
  const theme: Theme = choice === 'system' ? (systemIsLight ? 'light' : 'dark') : choice;
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return { choice, theme, setChoice };
}

/** The value of a theme colour now, for canvases. */
export function themeColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
