import type { Map as LeafletMap, Polygon } from "leaflet";
import { geoJSON, map as leafletMap } from "leaflet";
import { colour, onPaletteChange } from "../shell/palette.ts";
import type { Area, AreaFeature, Areas, Units } from "./data.ts";
import { makeDoors, type Shape } from "./doors.ts";
import { writeNames } from "./names.ts";
import { shades } from "./shades.ts";
import { showUnits } from "./units.ts";
import { zoomButtons } from "./zoom.ts";

const MOST_NAMES = 12;

/** Draw outlines and units into `canvas`; each can be reached by keyboard and has a name. */
export function draw(canvas: HTMLElement, areas: Areas, units: Units | null): LeafletMap {
  const map = emptyMap(canvas);
  const outlines = geoJSON<Area>(areas).addTo(map);
  const shapes = outlines.getLayers() as Shape[];
  const shade = shades(areas);
  const paint = () => outlines.setStyle((feature) => style(shade((feature as AreaFeature).properties.value)));
  paint();
  onPaletteChange(paint);
  show(map, outlines.getBounds());
  makeDoors(map, shapes, canvas.dataset.unit ?? "");
  if (shapes.length <= MOST_NAMES) writeNames(map, shapes);
  if (units) showUnits(map, units, hint(canvas));
  return map;
}

function emptyMap(canvas: HTMLElement): LeafletMap {
  const map = leafletMap(canvas, {
    attributionControl: false,
    scrollWheelZoom: false,
    zoomControl: false,
    zoomSnap: 0.25,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", canvas.dataset.label ?? "");
  canvas.append(zoomButtons(map, canvas.dataset.wordNearer ?? "+", canvas.dataset.wordFarther ?? "-"));
  return map;
}

function show(map: LeafletMap, bounds: ReturnType<Polygon["getBounds"]>): void {
  map.fitBounds(bounds, { padding: [12, 12] });
  map.setMaxBounds(bounds.pad(0.4));
  map.setMinZoom(map.getZoom() - 0.5);
}

function style(fill: string) {
  return { color: colour("surface"), weight: 1.5, fillColor: fill, fillOpacity: 1 };
}

/** Return what says how many marks wait until the map is nearer. */
function hint(canvas: HTMLElement): (waiting: number) => void {
  const place = canvas.closest(".map")?.querySelector<HTMLElement>("[data-map-waiting]");
  return (waiting) => {
    if (!place) return;
    const { wordOne = "", wordMany = "" } = place.dataset;
    const count = new Intl.NumberFormat(document.documentElement.lang).format(waiting);
    place.textContent = waiting === 0 ? "" : (waiting === 1 ? wordOne : wordMany).replace("[count]", count);
  };
}
