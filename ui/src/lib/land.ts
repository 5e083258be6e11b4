import land from 'world-atlas/land-110m.json';

/** A closed line of longitudes and latitudes, one after the other: [lon, lat, lon, lat …]. */
export type Ring = Float32Array;

interface Topology {
  transform: { scale: number[]; translate: number[] };
  arcs: number[][][];
  objects: { land: { geometries: { arcs: number[][][] }[] } };
}

/**
 * The outlines of the continents, for maps that should look like one without fetching anything: Natural Earth in 1:110 million, as TopoJSON. Its arcs are
 * lists of whole-numbered differences; a negative number n among a ring's arcs is arc ~n backwards.
 */
export function landRings(topology: Topology = land as unknown as Topology): Ring[] {
  const { scale, translate } = topology.transform;
  const arcs = topology.arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]): [number, number] => {
      x += dx!;
      y += dy!;
      return [x * scale[0]! + translate[0]!, y * scale[1]! + translate[1]!];
    });
  });
  return topology.objects.land.geometries.flatMap((geometry) =>
    geometry.arcs.flatMap((polygon) =>
      polygon.flatMap((item): Ring[] => {
        const numbers = Array.isArray(item) ? (item as number[]) : [item as number];
        // Where one arc ends the next begins: the shared point counts once.
        const points = numbers.flatMap((n, i) => (n < 0 ? arcs[~n]!.toReversed() : arcs[n]!).slice(i === 0 ? 0 : 1));
        return unrolled(points);
      }),
    ),
  );
}

/**
 * Land that reaches over the edge of the map goes on behind it, and stands on the other side once more. What goes round the pole is closed along
 * the bottom.
 */
function unrolled(points: readonly (readonly [number, number])[]): Ring[] {
  const line: number[] = [];
  let turn = 0;
  let least = Infinity;
  let most = -Infinity;
  points.forEach(([longitude, latitude], i) => {
    const before = i === 0 ? longitude : points[i - 1]![0];
    if (longitude - before > 180) turn -= 360;
    else if (before - longitude > 180) turn += 360;
    line.push(longitude + turn, latitude);
    least = Math.min(least, longitude + turn);
    most = Math.max(most, longitude + turn);
  });
  if (line[0] !== line.at(-2)) line.push(line.at(-2)!, -90, line[0]!, -90, line[0]!, line[1]!);
  const shifted = (by: number) => Float32Array.from(line, (value, i) => (i % 2 === 0 ? value + by : value));
  return [shifted(0), ...(most > 180.001 ? [shifted(-360)] : []), ...(least < -180.001 ? [shifted(360)] : [])];
}
