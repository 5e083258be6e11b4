import { EmptyState, Page } from '@/components';

export default function PlaceholderPage() {
  return (
    <Page title="Overview">
      <EmptyState title="Not here yet" />
    </Page>
  );
}
