import { EmptyState, Page } from '@/components';

export default function PlaceholderPage() {
  return (
    <Page title="Activity">
      <EmptyState title="Not here yet" />
    </Page>
  );
}
