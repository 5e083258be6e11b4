import { AlertDialog as Radix } from 'radix-ui';
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import { Button } from './Button';
import { Input } from './fields';

export interface Question {
  title: string;
  body?: ReactNode;
  /** What the button says: name the deed ("Delete 12 keys"), not "OK". */
  action: string;
  danger?: boolean;
  /** The user must type this word before the button works: for what cannot be undone at all. */
  typed?: string;
}

const ConfirmContext = createContext<(question: Question) => Promise<boolean>>(() => Promise.resolve(false));

/** Asks before something that cannot be taken back: `if (await confirm({…}))`. */
export function useConfirm(): (question: Question) => Promise<boolean> {
  return useContext(ConfirmContext);
}

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [typed, setTyped] = useState('');
  const answer = useRef<(yes: boolean) => void>(undefined);

  const ask = useCallback((next: Question) => {
    answer.current?.(false);
    setTyped('');
    setQuestion(next);
    return new Promise<boolean>((resolve) => (answer.current = resolve));
  }, []);
  const close = (yes: boolean) => {
    answer.current?.(yes);
    answer.current = undefined;
    setQuestion(null);
  };
  const isBlocked = question?.typed !== undefined && typed !== question.typed;

  return (
    <ConfirmContext.Provider value={ask}>
      {children}
      <Radix.Root open={question !== null} onOpenChange={(open) => !open && close(false)}>
        <Radix.Portal>
          <Radix.Overlay className="animate-fade fixed inset-0 z-60 bg-black/55 backdrop-blur-[2px]" />
          <Radix.Content className="animate-pop fixed inset-x-4 top-[22vh] z-70 mx-auto max-w-md rounded-xl bg-surface p-5 shadow-pop">
            <form
              onSubmit={(event) => {
                event.preventDefault();
                if (!isBlocked) close(true);
              }}
            >
              <Radix.Title className="text-base font-semibold">{question?.title}</Radix.Title>
              <Radix.Description asChild>
                <div className="mt-2 text-sm text-ink-2">{question?.body ?? 'This cannot be undone.'}</div>
              </Radix.Description>
              {question?.typed !== undefined && (
                <label className="mt-4 block text-sm text-ink-2">
                  Type <code className="rounded bg-sunken px-1 py-0.5 text-ink">{question.typed}</code> to go on
                  <Input autoFocus className="mt-1.5" value={typed} onChange={(e) => setTyped(e.target.value)} />
                </label>
              )}
              <div className="mt-5 flex justify-end gap-2">
                <Radix.Cancel asChild>
                  <Button>Cancel</Button>
                </Radix.Cancel>
                <Button type="submit" variant={question?.danger ? 'danger' : 'primary'} disabled={isBlocked}>
                  {question?.action}
                </Button>
              </div>
            </form>
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </ConfirmContext.Provider>
  );
}
