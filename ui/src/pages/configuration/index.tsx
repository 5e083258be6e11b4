import { EmptyState, Page } from '@/components';

export default function PlaceholderPage() {
  return (
    <Page title="Configuration">
      <EmptyState title="Not here yet" />
    </Page>
  );
}
