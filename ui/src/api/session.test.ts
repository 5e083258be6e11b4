import { afterEach, describe, expect, it, vi } from 'vitest';
import { Connection, type ConnectionState } from './connection';
import { endOfLogin, SessionStore } from './session';

const waiting = (reason: string): { state: ConnectionState } => ({ state: { kind: 'waiting', attempt: 1, retryAt: 0, reason } });
const session = (authenticated: boolean) => ({ authenticated, user: authenticated ? 'default' : null, passwordRequired: true, readOnly: false });
const answer = (authenticated: boolean) => Promise.resolve(new Response(JSON.stringify(session(authenticated)), { headers: { 'content-type': 'application/json' } }));

describe('the end of a login', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is told by what ended the connection', () => {
    expect(endOfLogin(waiting('The server does not answer.'))).toMatch(/restarted/);
    expect(endOfLogin(waiting('the user is gone, or has another password now'))).toMatch(/another password/);
    expect(endOfLogin(waiting('logged out'))).toMatch(/another window/);
    expect(endOfLogin({ state: { kind: 'ended', reason: 'You logged out.' } })).toBeUndefined();
  });

  it('stays known until the next login', async () => {
    const connection = { state: waiting('The server does not answer.').state, subscribe: () => () => undefined, connect: vi.fn(), end: vi.fn() } as unknown as Connection;
    const store = new SessionStore(connection);
    const fetched = vi.fn(() => answer(true));
    vi.stubGlobal('fetch', fetched);
    await store.refresh();
    expect(store.authenticated).toBe(true);
    fetched.mockImplementation(() => answer(false));
    await store.refresh();
    await store.refresh();
    expect(store.state).toMatchObject({ kind: 'known', ended: expect.stringMatching(/restarted/) });
    fetched.mockImplementation(() => answer(true));
    await store.login('default', 'secret');
    expect(store.state).not.toHaveProperty('ended', expect.anything());
  });
});
