import { EmptyState, Page } from '@/components';

export default function PlaceholderPage() {
  return (
    <Page title="Keys">
      <EmptyState title="Not here yet" />
    </Page>
  );
}
