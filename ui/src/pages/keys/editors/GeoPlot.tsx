import { useEffect, useMemo, useRef, useState } from 'react';
import { asList, asPairs, asText, useQuery } from '@/api';
import { ErrorState, IconButton, SkeletonRows } from '@/components';
import { Maximize2, Minus, Plus } from 'lucide-react';
import { type Bulk, display } from '@/lib/bytes';
import { type Position, positionOfScore } from '@/lib/geohash';
import { landRings } from '@/lib/land';
import { boundsOf, fit, gridStep, project, unproject, type Camera } from '@/lib/mercator';
import { themeColor } from '@/lib/theme';
import { asBulk, type Keyspace } from '../keyspace';

/** More points than this are a cloud anyway. */
const MaxPoints = 5000;
const LeastHeight = 320;

interface Point {
  member: Bulk;
  longitude: number;
  latitude: number;
}

/** The members of a geo set on the outlines of the continents: no map tiles, nothing fetched. Drag moves, the wheel and the buttons zoom. */
export default function GeoPlot({ keyspace, name, version }: { keyspace: Keyspace; name: Bulk; version: number }) {
  const query = useQuery(
    async (signal) => {
      const points: Point[] = [];
      let cursor = '0';
      do {
        const reply = asList(await keyspace.read(['ZSCAN', name, cursor, 'COUNT', 1000], signal));
        cursor = asText(reply[0]);
        for (const [member, score] of asPairs(reply[1])) {
          const position = positionOfScore(Number(asText(score)));
          if (position !== null) points.push({ member: asBulk(member), ...position });
        }
      } while (cursor !== '0' && points.length < MaxPoints);
      return { points, isComplete: cursor === '0' };
    },
    [keyspace, name, version],
  );
  if (query.data === undefined) return query.error ? <ErrorState error={query.error} what="The map" onRetry={query.reload} /> : <SkeletonRows />;
  return <Plot points={query.data.points} isComplete={query.data.isComplete} />;
}

function Plot({ points, isComplete }: { points: readonly Point[]; isComplete: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [{ width, height }, setSize] = useState({ width: 600, height: LeastHeight });
  const whole = useMemo(() => fit(boundsOf(points), width, height), [points, width, height]);
  const [moved, setMoved] = useState<Camera | null>(null);
  const [near, setNear] = useState<Point | null>(null);
  const camera = moved ?? whole;
  const drag = useRef<{ x: number; y: number; camera: Camera } | null>(null);

  useEffect(() => {
    const observer = new ResizeObserver(() => setSize({ width: Math.max(200, frame.current!.clientWidth), height: Math.max(LeastHeight, frame.current!.clientHeight) }));
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, []);

  const zoom = (factor: number, x = width / 2, y = height / 2) =>
    setMoved((old) => {
      const from = old ?? whole;
      const scale = Math.max(0.2, Math.min(1e7, from.scale * factor));
      const real = scale / from.scale;
      // The place under the pointer stays where it is.
      return { scale, x: from.x + ((x - width / 2) / from.scale) * (1 - 1 / real), y: from.y + ((y - height / 2) / from.scale) * (1 - 1 / real) };
    });

  useEffect(() => {
    const element = canvas.current!;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 300), event.offsetX, event.offsetY);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  });

  useEffect(() => {
    const element = canvas.current!;
    const ratio = window.devicePixelRatio || 1;
    element.width = width * ratio;
    element.height = height * ratio;
    const context = element.getContext('2d')!;
    context.scale(ratio, ratio);
    draw(context, points, camera, width, height, near);
  }, [points, camera, width, height, near]);

  const at = (event: React.PointerEvent) => {
    const { offsetX, offsetY } = event.nativeEvent;
    let best: Point | null = null;
    let distance = 14 ** 2;
    for (const point of points) {
      const [x, y] = project(point, camera, width, height);
      const d = (x - offsetX) ** 2 + (y - offsetY) ** 2;
      if (d < distance) {
        distance = d;
        best = point;
      }
    }
    setNear(best);
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col px-4 pb-4">
      <div ref={frame} className="relative min-h-80 flex-1 overflow-hidden rounded-lg border border-line bg-sunken">
        <canvas
          ref={canvas}
          role="img"
          aria-label={`${points.length} positions`}
          className="absolute inset-0 block touch-none"
          style={{ width, height, cursor: near ? 'pointer' : 'grab' }}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            drag.current = { x: event.clientX, y: event.clientY, camera };
          }}
          onPointerMove={(event) => {
            const start = drag.current;
            if (start === null) at(event);
            else
              setMoved({
                scale: start.camera.scale,
                x: start.camera.x - (event.clientX - start.x) / start.camera.scale,
                y: start.camera.y - (event.clientY - start.y) / start.camera.scale,
              });
          }}
          onPointerUp={() => (drag.current = null)}
          onPointerLeave={() => setNear(null)}
        />
        <div className="absolute top-2 right-2 flex flex-col gap-1">
          <IconButton icon={Plus} label="Zoom in" size="sm" variant="secondary" onClick={() => zoom(1.6)} />
          <IconButton icon={Minus} label="Zoom out" size="sm" variant="secondary" onClick={() => zoom(1 / 1.6)} />
          <IconButton icon={Maximize2} label="Show all" size="sm" variant="secondary" onClick={() => setMoved(null)} />
        </div>
        <p className="pointer-events-none absolute bottom-2 left-3 rounded bg-sunken/80 px-1.5 py-0.5 font-mono text-xs text-ink-2" aria-live="polite">
          {near
            ? `${display(near.member, 60)}  ${near.longitude.toFixed(5)}, ${near.latitude.toFixed(5)}`
            : `${points.length.toLocaleString('en-US')} ${points.length === 1 ? 'position' : 'positions'}${isComplete ? '' : ' (the first of them)'}`}
        </p>
      </div>
    </div>
  );
}

function draw(context: CanvasRenderingContext2D, points: readonly Point[], camera: Camera, width: number, height: number, near: Point | null): void {
  context.clearRect(0, 0, width, height);
  const toScreen = (point: Position) => project(point, camera, width, height);
  drawLand(context, toScreen);
  drawGrid(context, camera, width, height);
  context.fillStyle = themeColor('chart-1');
  context.globalAlpha = points.length > 500 ? 0.55 : 0.9;
  const radius = points.length > 500 ? 2.5 : 4;
  for (const point of points) {
    const [x, y] = toScreen(point);
    if (x < -5 || y < -5 || x > width + 5 || y > height + 5) continue;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
  if (points.length <= MaxLabels) drawLabels(context, points, toScreen, width);
  if (near !== null) {
    const [x, y] = toScreen(near);
    context.strokeStyle = themeColor('ink');
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, radius + 4, 0, 2 * Math.PI);
    context.stroke();
  }
}

const land = landRings();
const MaxLabels = 200;
const LabelHeight = 14;

function drawLand(context: CanvasRenderingContext2D, toScreen: (point: Position) => [number, number]): void {
  context.beginPath();
  for (const ring of land) {
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = toScreen({ longitude: ring[i]!, latitude: ring[i + 1]! });
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.closePath();
  }
  context.fillStyle = themeColor('hover');
  context.fill('evenodd');
  context.strokeStyle = themeColor('line-strong');
  context.lineWidth = 0.75;
  context.stroke();
}

function drawGrid(context: CanvasRenderingContext2D, camera: Camera, width: number, height: number): void {
  const step = gridStep(camera);
  const topLeft = unproject(0, 0, camera, width, height);
  const bottomRight = unproject(width, height, camera, width, height);
  context.strokeStyle = themeColor('line');
  context.fillStyle = themeColor('ink-3');
  context.font = '10px sans-serif';
  context.lineWidth = 1;
  context.beginPath();
  for (let longitude = Math.ceil(Math.max(-180, topLeft.longitude) / step) * step; longitude <= Math.min(180, bottomRight.longitude); longitude += step) {
    const x = Math.round(project({ longitude, latitude: 0 }, camera, width, height)[0]) + 0.5;
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.fillText(degrees(longitude, 'E', 'W'), x + 3, 11);
  }
  for (let latitude = Math.ceil(Math.max(-85, bottomRight.latitude) / step) * step; latitude <= Math.min(85, topLeft.latitude); latitude += step) {
    const y = Math.round(project({ longitude: 0, latitude }, camera, width, height)[1]) + 0.5;
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.fillText(degrees(latitude, 'N', 'S'), 4, y - 3);
  }
  context.stroke();
}

/** Names stand beside, above or below their points, or are left out where others stand already. */
function drawLabels(context: CanvasRenderingContext2D, points: readonly Point[], toScreen: (point: Position) => [number, number], width: number): void {
  context.fillStyle = themeColor('ink-2');
  context.font = '11px sans-serif';
  const taken: { left: number; right: number; y: number }[] = points.map((point) => {
    const [x, y] = toScreen(point);
    return { left: x - 2, right: x + 2, y };
  });
  for (const point of points) {
    const [x, y] = toScreen(point);
    const text = display(point.member, 24);
    const length = context.measureText(text).width;
    for (const [left, middle] of [[x + 7, y], [x - 7 - length, y], [x - length / 2, y - 15], [x - length / 2, y + 15]] as const) {
      const right = left + length;
      if (left < 0 || right > width || taken.some((other) => Math.abs(other.y - middle) < LabelHeight && other.left < right + 4 && left < other.right + 4)) continue;
      taken.push({ left, right, y: middle });
      context.fillText(text, left, middle + 4);
      break;
    }
  }
}

function degrees(value: number, positive: string, negative: string): string {
  const size = Math.abs(value);
  return `${Number(size.toFixed(4))}°${value === 0 ? '' : value > 0 ? positive : negative}`;
}
