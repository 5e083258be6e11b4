import { Info } from 'lucide-react';
import { useEffect, useState } from 'react';
import { HttpError, sessions, useSession } from '@/api';
import { Button, Field, Input } from '@/components';

export function LoginPage() {
  const state = useSession();
  const ended = state.kind === 'known' ? state.ended : undefined;
  const [user, setUser] = useState('default');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = 'Log in · Spinel';
  }, []);

  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await sessions.login(user, password);
    } catch (failure) {
      setError(explain(failure));
      setPassword('');
      setBusy(false);
    }
  };

  return (
    <main className="relative grid min-h-dvh place-items-center overflow-hidden px-4 py-10">
      <Facets />
      <div className="animate-pop relative w-full max-w-sm">
        <div className="mb-7 flex flex-col items-center gap-4 text-center">
          <img src="/spinel.svg" alt="" className="size-14 drop-shadow-[0_8px_28px_oklch(0.5_0.2_10/0.55)]" />
          <h1 className="text-xl font-semibold tracking-tight">Log in to Spinel</h1>
        </div>
        {ended !== undefined && (
          <p role="status" className="mb-4 flex gap-2.5 rounded-xl border border-line bg-info-soft px-4 py-3 text-sm text-info">
            <Info aria-hidden className="mt-0.5 size-4 shrink-0" />
            <span>{ended}</span>
          </p>
        )}
        <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 rounded-xl border border-line bg-surface/90 p-6 shadow-pop backdrop-blur">
          <Field label="User">{(control) => <Input {...control} name="user" autoComplete="username" value={user} onChange={(e) => setUser(e.target.value)} required />}</Field>
          <Field label="Password" error={error}>
            {(control) => <Input {...control} name="password" type="password" autoComplete="current-password" autoFocus value={password} onChange={(e) => setPassword(e.target.value)} />}
          </Field>
          <Button type="submit" variant="primary" busy={busy} className="mt-1 w-full">
            Log in
          </Button>
        </form>
        <p className="mt-5 text-center text-xs text-balance text-ink-3">Users and passwords are the server's own. What a user may do here is what the ACL permits.</p>
      </div>
    </main>
  );
}

export function explain(failure: unknown): string {
  if (failure instanceof HttpError && failure.status === 429) {
    return `Too many attempts. Try again in ${failure.retryAfterSeconds ?? 'a few'} s.`;
  }
  if (failure instanceof HttpError && failure.status === 401) return 'User or password is wrong.';
  return failure instanceof Error ? failure.message : String(failure);
}

/** The facets of a cut stone, faintly, behind the form. */
function Facets() {
  const lines = 'M0 -46 32 -27 32 27 0 46 -32 27 -32 -27Z M0 -46 16 -17 M0 -46 -16 -17 M32 -27 16 -17 16 17 32 27 M-32 -27 -16 -17 -16 17 -32 27 M-16 -17 16 -17 M-16 17 16 17 M0 46 16 17 M0 46 -16 17';
  return (
    <svg aria-hidden viewBox="-60 -50 120 100" className="pointer-events-none absolute inset-0 m-auto h-[150vmin] w-[150vmin] max-w-none text-accent-ink opacity-[0.09]">
      <path d={lines} fill="none" stroke="currentColor" strokeWidth="0.14" />
      <path d={lines} fill="none" stroke="currentColor" strokeWidth="0.1" transform="scale(1.28) rotate(30)" opacity="0.6" />
      <path d={lines} fill="none" stroke="currentColor" strokeWidth="0.1" transform="scale(0.72) rotate(30)" opacity="0.6" />
    </svg>
  );
}
