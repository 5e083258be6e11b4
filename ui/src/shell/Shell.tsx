import clsx from 'clsx';
import { CircleHelp, Command as CommandIcon, Ellipsis, Eye, LogOut, Monitor, Moon, Search, Sun, UserRound } from 'lucide-react';
import { Dialog as RadixDialog } from 'radix-ui';
import { type ReactNode, useEffect, useState } from 'react';
import { NavLink, useLocation, useNavigate } from 'react-router';
import { connection, sessions, useConnectionState, useReadOnly, useSession } from '@/api';
import { Badge, Dot, ErrorBoundary, IconButton, Kbd, Menu } from '@/components';
import { live } from '@/charts/live';
import { type ThemeChoice, useTheme } from '@/lib/theme';
import { CommandPalette } from './CommandPalette';
import { type Command, useCommandKeys, usePageCommands } from './commands';
import { ConnectionBanner } from './ConnectionBanner';
import { destinations, isAt } from './navigation';
import { ShortcutsHelp } from './ShortcutsHelp';

const themes: Record<ThemeChoice, { label: string; icon: typeof Sun }> = {
  dark: { label: 'Dark', icon: Moon },
  light: { label: 'Light', icon: Sun },
  system: { label: 'As the system', icon: Monitor },
};

/** The frame around every page: navigation at the side (on a phone: at the bottom), search, connection and user. */
export function Shell({ children }: { children: ReactNode }) {
  const [paletteOpen, setPaletteOpen] = useState(false);
  const [helpOpen, setHelpOpen] = useState(false);
  const [drawerOpen, setDrawerOpen] = useState(false);
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { theme, setChoice } = useTheme();

  useCommandKeys();
  usePageCommands([
    ...destinations.map((d): Command => ({ id: `go:${d.path}`, label: d.label, group: 'Go to', icon: d.icon, words: d.words, keys: `g ${d.key}`, run: () => void navigate(d.path) })),
    { id: 'theme', label: theme === 'dark' ? 'Use the light theme' : 'Use the dark theme', group: 'Actions', icon: theme === 'dark' ? Sun : Moon, words: 'dark light colours mode', run: () => setChoice(theme === 'dark' ? 'light' : 'dark') },
    { id: 'help', label: 'Keyboard shortcuts', group: 'Actions', icon: CircleHelp, keys: '?', run: () => setHelpOpen(true) },
  ]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPaletteOpen((open) => !open);
      }
    };
    // In the capture phase: the terminal takes all keys that reach it.
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, []);
  useEffect(() => setDrawerOpen(false), [pathname]);
  useEffect(() => {
    live.start();
    return () => live.stop();
  }, []);

  const tabs = ['/', '/activity', '/keys', '/terminal'].map((path) => destinations.find((d) => d.path === path)!);
  return (
    <div className="flex h-dvh flex-col overflow-hidden md:flex-row">
      <a href="#main" className="fixed top-2 left-2 z-100 -translate-y-20 rounded-md bg-accent px-3 py-2 text-sm text-on-accent focus:translate-y-0">
        Skip to the content
      </a>
      <aside className="hidden w-56 shrink-0 flex-col border-r border-line bg-sunken/60 md:flex">
        <div className="flex h-14 shrink-0 items-center px-5">
          <Brand />
        </div>
        <Navigation />
        <SidebarFoot onHelp={() => setHelpOpen(true)} />
      </aside>

      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <ConnectionBanner />
        <header className="flex h-14 shrink-0 items-center gap-3 border-b border-line px-4 md:px-6">
          <span className="md:hidden">
            <Brand />
          </span>
          <button
            type="button"
            onClick={() => setPaletteOpen(true)}
            className="hidden h-9 w-full max-w-md items-center gap-2 rounded-lg border border-line bg-sunken px-3 text-sm text-ink-3 transition-colors hover:border-line-strong hover:text-ink-2 md:flex"
          >
            <Search aria-hidden className="size-4" />
            <span className="flex-1 text-left">Search keys, pages and options</span>
            <Kbd>Ctrl K</Kbd>
          </button>
          <div className="flex-1" />
          <ServerLabel />
          <IconButton icon={Search} label="Search" className="md:hidden" onClick={() => setPaletteOpen(true)} />
          <UserMenu onHelp={() => setHelpOpen(true)} />
        </header>
        <main id="main" tabIndex={-1} className="scroll-thin relative min-h-0 flex-1 overflow-y-auto bg-(image:--gem) bg-no-repeat outline-none">
          <ErrorBoundary resetKey={pathname}>{children}</ErrorBoundary>
        </main>
      </div>

      <nav aria-label="Main" className="flex shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden">
        {tabs.map((d) => (
          <NavLink key={d.path} to={d.path} end={d.path === '/'} className={({ isActive }) => clsx('flex flex-1 flex-col items-center gap-0.5 py-2 text-2xs font-medium', isActive ? 'text-accent-ink' : 'text-ink-3')}>
            <d.icon aria-hidden className="size-5" />
            {d.label}
          </NavLink>
        ))}
        <button
          type="button"
          onClick={() => setDrawerOpen(true)}
          className={clsx('flex flex-1 flex-col items-center gap-0.5 py-2 text-2xs font-medium', tabs.some((d) => isAt(d, pathname)) ? 'text-ink-3' : 'text-accent-ink')}
        >
          <Ellipsis aria-hidden className="size-5" />
          More
        </button>
      </nav>
      <RadixDialog.Root open={drawerOpen} onOpenChange={setDrawerOpen}>
        <RadixDialog.Portal>
          <RadixDialog.Overlay className="animate-fade fixed inset-0 z-40 bg-black/55 md:hidden" />
          <RadixDialog.Content aria-describedby={undefined} className="animate-drawer fixed inset-y-0 left-0 z-50 flex w-72 flex-col bg-surface shadow-pop md:hidden">
            <div className="flex h-14 items-center px-5">
              <RadixDialog.Title asChild>
                <span>
                  <Brand />
                </span>
              </RadixDialog.Title>
            </div>
            <Navigation />
            <SidebarFoot onHelp={() => setHelpOpen(true)} />
          </RadixDialog.Content>
        </RadixDialog.Portal>
      </RadixDialog.Root>

      <CommandPalette open={paletteOpen} onOpenChange={setPaletteOpen} />
      <ShortcutsHelp open={helpOpen} onOpenChange={setHelpOpen} />
    </div>
  );
}

export function Brand() {
  return (
    <span className="flex items-center gap-2.5">
      <img src="/spinel.svg" alt="" className="size-6 drop-shadow-[0_2px_10px_oklch(0.5_0.2_10/0.45)]" />
      <span className="text-base font-semibold tracking-tight">Spinel</span>
    </span>
  );
}

function Navigation() {
  const sections = [...new Set(destinations.map((d) => d.section))];
  return (
    <nav aria-label="Pages" className="scroll-thin flex-1 overflow-y-auto px-3 py-1">
      {sections.map((section) => (
        <div key={section} className="mb-4">
          <p className="px-2.5 pb-1 text-2xs font-medium text-ink-3">{section}</p>
          {destinations
            .filter((d) => d.section === section)
            .map((d) => (
              <NavLink
                key={d.path}
                to={d.path}
                end={d.path === '/'}
                className={({ isActive }) =>
                  clsx(
                    'group relative flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm transition-colors',
                    isActive
                      ? 'bg-hover font-medium text-ink before:absolute before:top-2 before:bottom-2 before:-left-3 before:w-[3px] before:rounded-r-full before:bg-accent-ink'
                      : 'text-ink-2 hover:bg-hover/60 hover:text-ink',
                  )
                }
              >
                {({ isActive }) => (
                  <>
                    <d.icon aria-hidden className={clsx('size-4', isActive ? 'text-accent-ink' : 'text-ink-3 group-hover:text-ink-2')} />
                    {d.label}
                  </>
                )}
              </NavLink>
            ))}
        </div>
      ))}
    </nav>
  );
}

function SidebarFoot({ onHelp }: { onHelp: () => void }) {
  const state = useConnectionState();
  const hello = connection.hello;
  return (
    <div className="flex items-center justify-between border-t border-line px-4 py-2.5 text-xs text-ink-3">
      <span className="flex items-center gap-2">
        <Dot tone={state.kind === 'open' ? 'good' : state.kind === 'connecting' ? 'warn' : 'bad'} />
        {state.kind === 'open' ? 'Connected' : state.kind === 'connecting' ? 'Connecting' : 'Disconnected'}
      </span>
      <span className="flex items-center gap-1">
        {hello && <span className="num">{hello.server.version}</span>}
        <IconButton icon={CommandIcon} label="Keyboard shortcuts" size="sm" onClick={onHelp} />
      </span>
    </div>
  );
}

function ServerLabel() {
  const state = useSession();
  const readOnly = useReadOnly();
  const server = connection.hello?.server ?? (state.kind === 'known' ? state.session.server : undefined);
  return (
    <div className="flex items-center gap-2">
      {readOnly && (
        <Badge tone="warn">
          <Eye aria-hidden className="size-3" /> Read-only
        </Badge>
      )}
      {server && (
        <span className="num hidden text-xs text-ink-3 sm:block">
          {location.hostname}:{server.port}
        </span>
      )}
    </div>
  );
}

function UserMenu({ onHelp }: { onHelp: () => void }) {
  const state = useSession();
  const { choice, setChoice } = useTheme();
  const session = state.kind === 'known' ? state.session : undefined;
  return (
    <Menu
      label="User and theme"
      trigger={
        <button type="button" aria-label={`User ${session?.user ?? ''}: menu`} className="flex h-9 items-center gap-2 rounded-lg px-2 text-sm text-ink-2 hover:bg-hover hover:text-ink">
          <span className="grid size-6 place-items-center rounded-full bg-accent-soft text-accent-ink">
            <UserRound aria-hidden className="size-3.5" />
          </span>
          <span className="hidden max-w-32 truncate sm:block">{session?.user}</span>
        </button>
      }
      items={[
        ...(Object.keys(themes) as ThemeChoice[]).map((key) => ({ label: themes[key].label, icon: themes[key].icon, checked: key === choice, onSelect: () => setChoice(key) })),
        null,
        { label: 'Keyboard shortcuts', icon: CircleHelp, hint: <Kbd>?</Kbd>, onSelect: onHelp },
        ...(session?.passwordRequired ? [null, { label: 'Log out', icon: LogOut, onSelect: () => void sessions.logout() }] : []),
      ]}
    />
  );
}
