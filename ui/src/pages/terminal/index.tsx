import { EmptyState, Page } from '@/components';

export default function PlaceholderPage() {
  return (
    <Page title="Terminal">
      <EmptyState title="Not here yet" />
    </Page>
  );
}
