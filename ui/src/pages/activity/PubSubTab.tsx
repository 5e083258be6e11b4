import { Eraser, Radio, Send, Square } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { asList, asNumber, asText, connection, ConnectionLostError, type RespValue, useCommand, useConnectionState, useReadOnly } from '@/api';
import { Badge, Button, Card, type Column, CopyButton, Count, Dialog, EmptyState, ErrorState, Field, IconButton, Input, SkeletonRows, Table, TextArea, toast, toastError } from '@/components';
import { display } from '@/lib/bytes';
import { formatCount, formatTime, formatThings } from '@/lib/format';
import { withoutControls } from '@/lib/render';
import { RowBuffer } from '@/lib/RowBuffer';

interface Message {
  n: number;
  at: number;
  channel: string;
  text: string;
}

const kept = 2000;
const session = 'pubsub';

export function PubSubTab() {
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <Listener />
      <div className="flex min-w-0 flex-col gap-4">
        <Publisher />
        <Channels />
      </div>
    </div>
  );
}

function Listener() {
  const [pattern, setPattern] = useState('*');
  const [listening, setListening] = useState<string | null>(null);
  const [view, setView] = useState<readonly Message[]>([]);
  const [selected, setSelected] = useState<Message | null>(null);
  const buffer = useRef(new RowBuffer<Message>(kept));
  const isOpen = useConnectionState().kind === 'open';

  useEffect(() => {
    if (listening === null || !isOpen) return;
    let isScheduled = false;
    // Messages may come by thousands a second; the list is rendered once a frame.
    const stopPush = connection.onPush(session, (value) => {
      const message = toMessage(value, buffer.current.total);
      if (message === null) return;
      buffer.current.add([message]);
      if (isScheduled) return;
      isScheduled = true;
      requestAnimationFrame(() => {
        isScheduled = false;
        setView(buffer.current.rows);
      });
    });
    const stopClosed = connection.onChannelClosed(session, () => setListening(null));
    connection.run(['PSUBSCRIBE', ...listening.split(/\s+/).filter(Boolean)], { channel: session }).catch((error: Error) => {
      // A connection that breaks is said by the banner, and listening goes on when it is back.
      if (error instanceof ConnectionLostError) return;
      toastError('Cannot listen')(error);
      setListening(null);
    });
    return () => {
      stopPush();
      stopClosed();
      connection.closeChannel(session);
    };
  }, [listening, isOpen]);

  const rows = useMemo(() => view.toReversed(), [view]);
  const columns = useMemo<Column<Message>[]>(
    () => [
      { id: 'at', header: 'Time', width: '6.75rem', hideOnPhone: true, cell: (r) => <span className="num text-ink-3">{formatTime(r.at, r.at, true)}</span> },
      { id: 'channel', header: 'Channel', width: 'minmax(0,11rem)', cell: (r) => <span className="text-accent-ink">{display(r.channel)}</span> },
      { id: 'text', header: 'Message', width: 'minmax(0,1fr)', cell: (r) => <span className="font-mono text-[0.8125rem] text-ink-2">{display(r.text, 2000)}</span> },
    ],
    [],
  );
  return (
    <Card
      title={
        <span className="flex items-center gap-2">
          Messages {listening !== null && <Badge tone="good">listening</Badge>}
        </span>
      }
      description={view.length > 0 ? `${formatCount(buffer.current.total)} received, the newest ${formatCount(view.length)} kept` : 'Messages as subscribers get them'}
      actions={
        <IconButton
          icon={Eraser}
          label="Clear the list"
          disabled={view.length === 0}
          onClick={() => {
            buffer.current.clear();
            setView([]);
          }}
        />
      }
      bodyClassName="pb-1"
    >
      <form
        className="flex items-end gap-2 border-b border-line px-4 pb-4"
        onSubmit={(event) => {
          event.preventDefault();
          setListening(listening === null ? pattern.trim() || '*' : null);
        }}
      >
        <Field label="Channels or patterns, with spaces between" className="flex-1">
          {(c) => <Input {...c} mono value={pattern} disabled={listening !== null} onChange={(e) => setPattern(e.target.value)} placeholder="*" />}
        </Field>
        <Button type="submit" variant={listening === null ? 'primary' : 'secondary'} icon={listening === null ? Radio : Square}>
          {listening === null ? 'Listen' : 'Stop'}
        </Button>
      </form>
      <Table
        label="Messages"
        columns={columns}
        rows={rows}
        rowKey={(r) => r.n}
        rowHeight={32}
        height="calc(100dvh - 22rem)"
        onRow={setSelected}
        empty={
          <EmptyState icon={Radio} title={listening === null ? 'Not listening' : 'No message yet'}>
            {listening === null ? 'Name channels or patterns, and see their messages as they come.' : `Messages on ${listening} will stand here.`}
          </EmptyState>
        }
      />
      <Dialog open={selected !== null} onOpenChange={() => setSelected(null)} title={selected ? display(selected.channel) : undefined} description={selected ? formatTime(selected.at, Date.now(), true) : undefined} width="md">
        {selected && (
          <div className="relative rounded-lg border border-line bg-sunken p-3 pr-10">
            <pre className="scroll-thin max-h-96 overflow-auto text-[0.8125rem] break-all whitespace-pre-wrap">{pretty(selected.text)}</pre>
            <span className="absolute top-1.5 right-1.5">
              <CopyButton text={selected.text} />
            </span>
          </div>
        )}
      </Dialog>
    </Card>
  );
}

/** [message, channel, text] or [pmessage, pattern, channel, text]; confirmations are none. */
export function toMessage(push: RespValue, n: number): Message | null {
  const parts = asList(push);
  const kind = asText(parts[0]);
  const payload = kind === 'pmessage' ? parts[3] : parts[2];
  if (kind !== 'pmessage' && kind !== 'message' && kind !== 'smessage') return null;
  return { n, at: Date.now(), channel: asText(kind === 'pmessage' ? parts[2] : parts[1]), text: payload instanceof Uint8Array ? display(payload) : asText(payload) };
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return withoutControls(text);
  }
}

function Publisher() {
  const [channel, setChannel] = useState('');
  const [message, setMessage] = useState('');
  const [busy, setBusy] = useState(false);
  const readOnly = useReadOnly();
  const publish = async (event: React.FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const receivers = asNumber(await connection.run(['PUBLISH', channel, message]));
      toast('good', 'Published', `${formatThings(receivers, 'client')} received it.`);
    } catch (error) {
      toastError('The message was not published')(error);
    }
    setBusy(false);
  };
  return (
    <Card title="Publish">
      <form onSubmit={(event) => void publish(event)} className="flex flex-col gap-3">
        <Field label="Channel">{(c) => <Input {...c} mono required value={channel} onChange={(e) => setChannel(e.target.value)} />}</Field>
        <Field label="Message">{(c) => <TextArea {...c} value={message} onChange={(e) => setMessage(e.target.value)} />}</Field>
        <Button type="submit" variant="primary" icon={Send} busy={busy} disabled={readOnly || channel === ''} className="self-end">
          Publish
        </Button>
      </form>
    </Card>
  );
}

function Channels() {
  const { data, error } = useCommand(['PUBSUB', 'CHANNELS'], 2000);
  const names = useMemo(() => asList(data).map(asText).sort().slice(0, 200), [data]);
  const counts = useCommand(['PUBSUB', 'NUMSUB', ...names], 2000, names.length > 0);
  const patterns = useCommand(['PUBSUB', 'NUMPAT'], 2000);
  const subscribers = new Map<string, number>();
  const flat = asList(counts.data);
  for (let i = 0; i + 1 < flat.length; i += 2) subscribers.set(asText(flat[i]), asNumber(flat[i + 1]));
  return (
    <Card title="Channels with subscribers" description={patterns.data === undefined ? undefined : formatThings(asNumber(patterns.data), 'subscribed pattern')}>
      {error && !data ? (
        <ErrorState error={error} what="The list of channels" />
      ) : !data ? (
        <SkeletonRows rows={3} />
      ) : names.length === 0 ? (
        <p className="pb-2 text-sm text-ink-3">Nobody has subscribed to a channel.</p>
      ) : (
        <ul className="scroll-thin max-h-80 overflow-y-auto">
          {names.map((name) => (
            <li key={name} className="flex justify-between gap-4 border-b border-line/70 py-2 text-sm last:border-0">
              <span className="min-w-0 truncate">{display(name)}</span>
              <span className="text-ink-3">
                <Count value={subscribers.get(name) ?? NaN} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
