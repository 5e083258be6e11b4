import { EmptyState, Page } from '@/components';

export default function PlaceholderPage() {
  return (
    <Page title="Persistence & replication">
      <EmptyState title="Not here yet" />
    </Page>
  );
}
