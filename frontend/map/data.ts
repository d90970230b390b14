import type { Feature, FeatureCollection, MultiPolygon, Point, Polygon } from "geojson";

export interface Area {
  code: string;
  name: string;
  url: string;
  value?: number | null;
  /** The value as people read it; without it the number is written by the page's language. */
  text?: string;
  /** Where the name stands, longitude before latitude; without it the middle of the shape. */
  label?: [number, number];
}

export interface Unit {
  name: string;
  kind: string;
  url: string;
  tier: number;
}

export type AreaFeature = Feature<Polygon | MultiPolygon, Area>;
export type Areas = FeatureCollection<Polygon | MultiPolygon, Area>;
export type Units = FeatureCollection<Point, Unit>;

/** Fetch GeoJSON; an empty address means that there is nothing to show. */
export async function fetchGeoJson<T extends FeatureCollection>(url: string | undefined): Promise<T | null> {
  if (!url) return null;
  const answer = await fetch(url, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return (await answer.json()) as T;
}
