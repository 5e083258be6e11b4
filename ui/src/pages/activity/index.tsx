import { useNavigate, useParams } from 'react-router';
import { RangePicker } from '@/charts';
import { Page, Tabs } from '@/components';
import { ClientsTab } from './ClientsTab';
import { LatencyTab } from './LatencyTab';
import { ProfilerTab } from './ProfilerTab';
import { PubSubTab } from './PubSubTab';
import { SlowLogTab } from './SlowLogTab';

const tabs = [
  { value: 'latency', label: 'Latency', content: <LatencyTab /> },
  { value: 'slowlog', label: 'Slow log', content: <SlowLogTab /> },
  { value: 'profiler', label: 'Profiler', content: <ProfilerTab /> },
  { value: 'clients', label: 'Clients', content: <ClientsTab /> },
  { value: 'pubsub', label: 'Pub/Sub', content: <PubSubTab /> },
];

export default function ActivityPage() {
  const { tab } = useParams();
  const navigate = useNavigate();
  const value = tabs.some((t) => t.value === tab) ? tab! : 'latency';
  return (
    <Page title="Activity" description="What the server is doing, for whom, and how long it takes" actions={value === 'latency' ? <RangePicker /> : undefined}>
      <Tabs label="Views of the activity" value={value} onValue={(next) => void navigate(`/activity/${next}`, { replace: true })} items={tabs} />
    </Page>
  );
}
