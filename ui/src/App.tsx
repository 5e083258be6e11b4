import { Tooltip } from 'radix-ui';
import { lazy, Suspense, useEffect } from 'react';
import { BrowserRouter, Navigate, Route, Routes, useNavigate } from 'react-router';
import { sessions, useSession } from '@/api';
import { Button, ConfirmProvider, EmptyState, Page, Toaster } from '@/components';
import { LoginPage } from '@/pages/login/LoginPage';
import { Shell } from '@/shell/Shell';
import { Compass, Unplug } from 'lucide-react';

const OverviewPage = lazy(() => import('@/pages/overview'));
const KeysPage = lazy(() => import('@/pages/keys'));
const TerminalPage = lazy(() => import('@/pages/terminal'));
const ActivityPage = lazy(() => import('@/pages/activity'));
const HotspotsPage = lazy(() => import('@/pages/hotspots'));
const PersistencePage = lazy(() => import('@/pages/persistence'));
const ConfigurationPage = lazy(() => import('@/pages/configuration'));

export function App() {
  return (
    <BrowserRouter>
      <Tooltip.Provider delayDuration={300}>
        <ConfirmProvider>
          <Gate />
          <Toaster />
        </ConfirmProvider>
      </Tooltip.Provider>
    </BrowserRouter>
  );
}

/** Nothing but the login is shown before the session is known. */
function Gate() {
  const state = useSession();
  useEffect(() => void sessions.refresh(), []);
  if (state.kind === 'loading') return <div className="min-h-dvh" aria-busy="true" />;
  if (state.kind === 'unreachable') {
    return (
      <main className="grid min-h-dvh place-items-center">
        <EmptyState
          icon={Unplug}
          title="The server does not answer"
          action={
            <Button variant="primary" onClick={() => void sessions.refresh()}>
              Try again
            </Button>
          }
        >
          {state.message}
        </EmptyState>
      </main>
    );
  }
  if (!state.session.authenticated) return <LoginPage />;
  return (
    <Shell>
      <Suspense fallback={<div className="min-h-96" aria-busy="true" />}>
        <Routes>
          <Route index element={<OverviewPage />} />
          <Route path="keys/*" element={<KeysPage />} />
          <Route path="terminal/*" element={<TerminalPage />} />
          <Route path="activity/:tab?" element={<ActivityPage />} />
          <Route path="hotspots/:tab?" element={<HotspotsPage />} />
          <Route path="persistence" element={<PersistencePage />} />
          <Route path="configuration" element={<ConfigurationPage />} />
          <Route path="login" element={<Navigate to="/" replace />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Suspense>
    </Shell>
  );
}

function NotFound() {
  const navigate = useNavigate();
  return (
    <Page title="Not found">
      <EmptyState icon={Compass} title={`There is no page at ${location.pathname}`} action={<Button onClick={() => void navigate('/')}>To the overview</Button>}>
        The address may be misspelt, or from another version.
      </EmptyState>
    </Page>
  );
}
