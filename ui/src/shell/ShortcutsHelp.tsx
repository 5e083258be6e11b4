import { Dialog, Kbd } from '@/components';
import { KeySequence } from './CommandPalette';
import { useRegisteredCommands } from './commands';

/** The keys that work now, gathered from the registered commands. */
export function ShortcutsHelp({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const commands = useRegisteredCommands().filter((command) => command.keys !== undefined);
  const groups = [...new Set(commands.map((command) => command.group ?? 'This page'))];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" description="Letters one after the other; they rest while you type in a field." width="md">
      <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
        <Section title="Everywhere">
          <Row label="Command palette" keys={<Kbd>Ctrl K</Kbd>} />
          <Row label="Close dialogs" keys={<Kbd>Esc</Kbd>} />
        </Section>
        {groups.map((group) => (
          <Section key={group} title={group}>
            {commands
              .filter((command) => (command.group ?? 'This page') === group)
              .map((command) => (
                <Row key={command.id} label={command.label} keys={<KeySequence keys={command.keys!} />} />
              ))}
          </Section>
        ))}
      </div>
      <p className="mt-5 text-xs text-ink-3">
        Made with React, uPlot, xterm.js and other free software:{' '}
        <a className="rounded text-accent-ink underline underline-offset-2" href="/licences.txt" target="_blank" rel="noreferrer">
          licences
        </a>
      </p>
    </Dialog>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium text-ink-3">{title}</h3>
      <ul>{children}</ul>
    </section>
  );
}

function Row({ label, keys }: { label: string; keys: React.ReactNode }) {
  return (
    <li className="flex h-8 items-center justify-between gap-4 text-sm">
      {label}
      {keys}
    </li>
  );
}
