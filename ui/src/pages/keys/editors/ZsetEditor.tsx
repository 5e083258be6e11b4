import { Pencil, Plus, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { asList, asNumber, asPairs, asText, useQuery, type RespValue } from '@/api';
import { Button, Input, Segmented, Select, SkeletonRows, toastError, useConfirm } from '@/components';
import { type Bulk, bulkId, display, sameBulk } from '@/lib/bytes';
import { formatInteger } from '@/lib/format';
import { looksLikePositions, positionOfScore } from '@/lib/geohash';
import { BulkText } from '../BulkField';
import { isScore } from '../EntryDialog';
import { asBulk, type Command } from '../keyspace';
import { ConflictError, Grid, GridRow, Loaded, Pager, rangeText, RowActions, RowsPerPage, scanPage, Toolbar, useEntryDialog, type EditorProps } from './common';

const GeoPlot = lazy(() => import('./GeoPlot'));

type By = 'rank' | 'score' | 'lex' | 'search';

interface Member {
  member: Bulk;
  /** As the server wrote it. */
  score: string;
}

function asMembers(pairs: RespValue | undefined): Member[] {
  return asPairs(pairs).map(([member, score]) => ({ member: asBulk(member), score: asText(score) }));
}

export function ZsetEditor({ keyspace, name, details, version, readOnly, onChanged }: EditorProps) {
  const [by, setBy] = useState<By>('rank');
  const [isReversed, setReversed] = useState(false);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [offset, setOffset] = useState(0);
  const [view, setView] = useState<'table' | 'map'>('table');
  const { open, dialog } = useEntryDialog();
  const confirm = useConfirm();

  const query = useQuery(
    async (signal) => {
      if (by === 'search') {
        const { elements: members } = await scanPage(keyspace, { command: 'ZSCAN', name, cursor: '0', search: from }, asMembers, (m) => m.member, signal);
        return { members, offset: 0, total: members.length, hasMore: false };
      }
      return readRange(signal);
    },
    [keyspace, name, by, isReversed, from, to, offset, version],
  );

  async function readRange(signal: AbortSignal): Promise<{ members: Member[]; offset: number; total: number; hasMore: boolean }> {
    if (by === 'rank') {
      const reply = await keyspace.read(['ZRANGE', name, offset, offset + RowsPerPage - 1, ...(isReversed ? ['REV'] : []), 'WITHSCORES'], signal);
      const members = asMembers(reply);
      const total = asNumber(await keyspace.read(['ZCARD', name], signal));
      return { members, offset, total, hasMore: offset + members.length < total };
    }

    const [lowest, highest] = by === 'score' ? [from.trim() || '-inf', to.trim() || '+inf'] : [lexBound(from, '-'), lexBound(to, '+')];
    const [start, stop] = isReversed ? [highest, lowest] : [lowest, highest];
    const command: Command = [
      'ZRANGE',
      name,
      start,
      stop,
      by === 'score' ? 'BYSCORE' : 'BYLEX',
      ...(isReversed ? ['REV'] : []),
      'LIMIT',
      offset,
      RowsPerPage,
      ...(by === 'score' ? ['WITHSCORES'] : []),
    ];
    const reply = await keyspace.read(command, signal);
    const total = asNumber(await keyspace.read([by === 'score' ? 'ZCOUNT' : 'ZLEXCOUNT', name, lowest, highest], signal));
    if (by === 'score') {
      const members = asMembers(reply);
      return { members, offset, total, hasMore: offset + members.length < total };
    }
    const names = asList(reply).map(asBulk);
    const scores = names.length === 0 ? [] : asList(await keyspace.read(['ZMSCORE', name, ...names], signal));
    return { members: names.map((member, i) => ({ member, score: asText(scores[i]) })), offset, total, hasMore: offset + names.length < total };
  }

  const edit = (row: Member | null) =>
    open({
      title: row === null ? 'New member' : 'Member',
      fields: [
        { id: 'member', label: 'Member', kind: 'bulk', initial: row?.member ?? '' },
        { id: 'score', label: 'Score', kind: 'text', initial: row?.score ?? '0', check: isScore },
      ],
      action: row === null ? 'Add' : 'Save',
      onSubmit: async ({ member, score }) => {
        if (row === null) {
          if ((await keyspace.read(['ZSCORE', name, member!])) !== null) throw new Error('The sorted set has this member already.');
          await keyspace.write(['ZADD', name, 'NX', String(score), member!]);
        } else {
          const present = await keyspace.read(['ZSCORE', name, row.member]);
          if (present === null || asText(present) !== row.score) throw new ConflictError('The member');
          const commands: Command[] = [['ZADD', name, String(score), member!]];
          if (!sameBulk(row.member, member!)) commands.push(['ZREM', name, row.member]);
          await keyspace.writeMany(commands);
        }
        onChanged();
      },
    });
  const remove = async (row: Member) => {
    const body = details.length === 1 ? `${display(row.member, 80)} is the last member: the key goes with it.` : display(row.member, 200);
    if (!(await confirm({ title: 'Remove the member?', body, action: 'Remove member', danger: true }))) return;
    await keyspace.write(['ZREM', name, row.member]).then(onChanged, toastError('The member was not removed'));
  };
  const isGeo = query.data !== undefined && looksLikePositions(query.data.members.map((m) => Number(m.score)));

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Toolbar>
        <Select
          aria-label="Range by"
          wrapClassName="w-32"
          className="h-7! text-xs!"
          value={by}
          onChange={(event) => {
            setBy(event.target.value as By);
            setOffset(0);
            setFrom('');
            setTo('');
          }}
        >
          <option value="rank">By rank</option>
          <option value="score">By score</option>
          <option value="lex">By name</option>
          <option value="search">Search</option>
        </Select>
        {by === 'search' && (
          <Input
            aria-label="Search members"
            placeholder="Part of a member, or a glob"
            value={from}
            onChange={(e) => setFrom(e.target.value)}
            className="h-7 w-52! text-xs"
          />
        )}
        {(by === 'score' || by === 'lex') && (
          <>
            <Input
              aria-label="From"
              placeholder={by === 'score' ? 'from -inf' : 'from the first'}
              value={from}
              onChange={(e) => (setFrom(e.target.value), setOffset(0))}
              className="h-7 w-28! text-xs"
              mono
            />
            <Input
              aria-label="To"
              placeholder={by === 'score' ? 'to +inf' : 'to the last'}
              value={to}
              onChange={(e) => (setTo(e.target.value), setOffset(0))}
              className="h-7 w-28! text-xs"
              mono
            />
          </>
        )}
        {by !== 'search' && (
          <Segmented
            label="Order"
            value={isReversed ? 'down' : 'up'}
            onValue={(value) => (setReversed(value === 'down'), setOffset(0))}
            options={[
              ['up', 'Lowest first'],
              ['down', 'Highest first'],
            ]}
          />
        )}
        <span className="flex-1" />
        {isGeo && (
          <Segmented
            label="View"
            value={view}
            onValue={setView}
            options={[
              ['table', 'Table'],
              ['map', 'Map'],
            ]}
          />
        )}
        <Button size="sm" icon={Plus} disabled={readOnly} onClick={() => edit(null)}>
          Add member
        </Button>
      </Toolbar>
      {isGeo && view === 'map' ? (
        <Suspense fallback={<SkeletonRows />}>
          <GeoPlot keyspace={keyspace} name={name} version={version} />
        </Suspense>
      ) : (
        <Loaded query={query} what="The sorted set" isEmpty={(d) => d.members.length === 0} empty="No member in this range">
          {(data) => (
            <>
              <Grid
                label="Members"
                columns={[
                  ...(by === 'rank' ? [{ label: 'Rank', className: 'w-20 text-right! max-sm:hidden' }] : []),
                  { label: 'Member', className: 'max-sm:pl-4!' },
                  { label: isGeo ? 'Position' : 'Score', className: 'sm:w-48 text-right!' },
                  { label: 'Actions' },
                ]}
              >
                {data.members.map((row, i) => (
                  <GridRow key={bulkId(row.member)}>
                    {by === 'rank' && (
                      <td className="num text-right text-ink-3 max-sm:hidden">{formatInteger(isReversed ? data.total - 1 - data.offset - i : data.offset + i)}</td>
                    )}
                    <td className="break-all max-sm:pl-4!">
                      <BulkText value={row.member} />
                    </td>
                    <td className="num max-w-32 truncate text-right font-mono text-[0.8125rem] whitespace-nowrap sm:max-w-none" title={row.score}>
                      {isGeo ? geoText(row.score) : row.score}
                    </td>
                    {readOnly ? (
                      <td />
                    ) : (
                      <RowActions
                        actions={[
                          { icon: Pencil, label: `Edit member ${display(row.member, 40)}`, onClick: () => edit(row) },
                          {
                            icon: Trash2,
                            label: `Remove member ${display(row.member, 40)}`,
                            danger: true,
                            onClick: () => void remove(row),
                          },
                        ]}
                      />
                    )}
                  </GridRow>
                ))}
              </Grid>
              <Pager
                text={by === 'search' ? `${data.members.length} found` : rangeText(data.offset, data.members.length, data.total)}
                onPrevious={data.offset > 0 ? () => setOffset(Math.max(0, data.offset - RowsPerPage)) : null}
                onNext={data.hasMore ? () => setOffset(data.offset + RowsPerPage) : null}
              />
            </>
          )}
        </Loaded>
      )}
      {dialog}
    </div>
  );
}

/** A name as a bound: included, unless the user writes Redis's own notation. */
function lexBound(text: string, whenEmpty: '-' | '+'): string {
  return text === '' ? whenEmpty : /^[[(]/.test(text) || text === '-' || text === '+' ? text : `[${text}`;
}

function geoText(score: string): string {
  const position = positionOfScore(Number(score));
  return position === null ? score : `${position.longitude.toFixed(4)}, ${position.latitude.toFixed(4)}`;
}
