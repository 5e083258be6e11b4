import { MaxLatitude, type Position } from './geohash';

/** Web Mercator with the world as a square of one degree per unit, y downwards; a camera looks at a place with a scale in pixels per unit. */
export interface Camera {
  x: number;
  y: number;
  scale: number;
}

export interface Bounds {
  west: number;
  east: number;
  south: number;
  north: number;
}

function mercatorY(latitude: number): number {
  const clamped = Math.max(-MaxLatitude, Math.min(MaxLatitude, latitude));
  return (-180 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + (clamped * Math.PI) / 360));
}

function latitudeOf(y: number): number {
  return (360 / Math.PI) * Math.atan(Math.exp((-y * Math.PI) / 180)) - 90;
}

export function project(position: Position, camera: Camera, width: number, height: number): [x: number, y: number] {
  return [(position.longitude - camera.x) * camera.scale + width / 2, (mercatorY(position.latitude) - camera.y) * camera.scale + height / 2];
}

export function unproject(x: number, y: number, camera: Camera, width: number, height: number): Position {
  return { longitude: (x - width / 2) / camera.scale + camera.x, latitude: latitudeOf((y - height / 2) / camera.scale + camera.y) };
}

export function boundsOf(positions: readonly Position[]): Bounds {
  const bounds = { west: 180, east: -180, south: 90, north: -90 };
  for (const { longitude, latitude } of positions) {
    bounds.west = Math.min(bounds.west, longitude);
    bounds.east = Math.max(bounds.east, longitude);
    bounds.south = Math.min(bounds.south, latitude);
    bounds.north = Math.max(bounds.north, latitude);
  }

  return positions.length === 0 ? { west: -180, east: 180, south: -80, north: 80 } : bounds;
}

/** The camera that shows all of the bounds with a margin. */
export function fit(bounds: Bounds, width: number, height: number): Camera {
  const top = mercatorY(bounds.north);
  const bottom = mercatorY(bounds.south);
  const spanX = Math.max(0.01, bounds.east - bounds.west);
  const spanY = Math.max(0.01, bottom - top);
  return { x: (bounds.west + bounds.east) / 2, y: (top + bottom) / 2, scale: Math.min((width * 0.84) / spanX, (height * 0.84) / spanY) };
}

/** Degrees between lines of the grid: round, and about a hundred pixels apart. */
export function gridStep(camera: Camera): number {
  const wanted = 100 / camera.scale;
  for (const step of [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30]) {
    if (step >= wanted) return step;
  }

  return 45;
}
