import { EmptyState, Page } from '@/components';

export default function PlaceholderPage() {
  return (
    <Page title="Hot & big keys">
      <EmptyState title="Not here yet" />
    </Page>
  );
}
