/** Who is logged in, and the connection that goes with it. One object for the whole application. */
import { Connection, type ServerInfo } from './connection';
import { getJson, postJson } from './http';

export interface Session {
  authenticated: boolean;
  user: string | null;
  passwordRequired: boolean;
  readOnly: boolean;
  server?: ServerInfo;
}

export type SessionState = { kind: 'loading' } | { kind: 'unreachable'; message: string } | { kind: 'known'; session: Session; /** Why a login is over, when that was not the user's own doing. */ ended?: string | undefined };

export class SessionStore {
  #state: SessionState = { kind: 'loading' };
  readonly #listeners = new Set<() => void>();

  constructor(readonly connection: Connection) {
    // A login can end while the page is open: the server was restarted, or an administrator changed the user. The socket only fails to
    // open then, so after each failure the session is asked for.
    connection.subscribe(() => {
      if (connection.state.kind === 'waiting' && this.authenticated) void this.refresh();
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  get authenticated(): boolean {
    return this.#state.kind === 'known' && this.#state.session.authenticated;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async refresh(): Promise<void> {
    try {
      this.#set({ kind: 'known', session: await getJson<Session>('/api/v1/session') });
    } catch (error) {
      // Who has been let in stays on the page, which says by itself that the connection is broken.
      if (!this.authenticated) this.#set({ kind: 'unreachable', message: (error as Error).message });
    }
  }

  async login(user: string, password: string): Promise<void> {
    this.#set({ kind: 'known', session: await postJson<Session>('/api/v1/login', { user, password }) });
  }

  async logout(): Promise<void> {
    this.connection.end('You logged out.');
    try {
      await postJson('/api/v1/logout', {});
    } finally {
      await this.refresh();
    }
  }

  #set(state: SessionState): void {
    const before = this.authenticated;
    const old = this.#state;
    this.#state = state;
    if (state.kind === 'known' && !state.session.authenticated) {
      state.ended = before ? endOfLogin(this.connection) : old.kind === 'known' ? old.ended : undefined;
    }
    if (this.authenticated && !before) this.connection.connect();
    if (!this.authenticated && before) this.connection.end('The login has ended.');
    for (const listener of [...this.#listeners]) listener();
  }
}

/** A login lives in the server's memory, so what ended the connection tells what became of it. */
export function endOfLogin({ state }: Pick<Connection, 'state'>): string | undefined {
  if (state.kind !== 'waiting') return undefined;
  if (state.reason === 'logged out') return 'You have logged out in another window.';
  if (state.reason.startsWith('the user is gone')) return 'Your user was deleted or turned off, or has another password now.';
  return 'The server was restarted, and logins end with it. Log in again to go on where you were.';
}

export const connection = new Connection();
export const sessions = new SessionStore(connection);
