import type { Map as LeafletMap, Path, Polygon } from "leaflet";
import { geoJSON, map as leafletMap } from "leaflet";
import { colour, onPaletteChange } from "../shell/palette.ts";
import type { Area, AreaFeature, Areas, Units } from "./data.ts";
import { writeNames } from "./names.ts";
import { shades } from "./shades.ts";
import { showUnits } from "./units.ts";
import { zoomButtons } from "./zoom.ts";

const MOST_NAMES = 12;

type Shape = Polygon & { feature: AreaFeature };

/** Draw outlines and units into `canvas`; each can be reached by keyboard and has a name. */
export function draw(canvas: HTMLElement, areas: Areas, units: Units | null): LeafletMap {
  const map = emptyMap(canvas);
  const outlines = geoJSON<Area>(areas, {
    onEachFeature: (feature, layer) => makeDoor(layer as Path, feature as AreaFeature, canvas.dataset.unit ?? ""),
  }).addTo(map);
  const shade = shades(areas);
  const paint = () => outlines.setStyle((feature) => style(shade((feature as AreaFeature).properties.value)));
  paint();
  onPaletteChange(paint);
  show(map, outlines.getBounds());
  outlines.eachLayer((layer) => reachByKeyboard(layer as Shape));
  if (areas.features.length <= MOST_NAMES) writeNames(map, outlines.getLayers() as Shape[]);
  if (units) showUnits(map, units, go);
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

function describe(area: Area, unit: string): string {
  if (typeof area.value !== "number") return area.name;
  const value = area.text ?? new Intl.NumberFormat(document.documentElement.lang).format(area.value);
  return `${area.name}: ${value}${unit ? `\u00a0${unit}` : ""}`;
}

function makeDoor(layer: Path, feature: AreaFeature, unit: string): void {
  // As text, not as markup: a place is named by people.
  const words = document.createElement("span");
  words.textContent = describe(feature.properties, unit);
  layer.bindTooltip(words, { sticky: true, className: "map-tip" });
  layer.on({
    click: () => go(feature.properties.url),
    mouseover: () => layer.setStyle({ weight: 3, color: colour("ochre") }).bringToFront(),
    mouseout: () => layer.setStyle({ weight: 1.5, color: colour("surface") }),
  });
}

function reachByKeyboard(layer: Shape): void {
  const shape = layer.getElement();
  if (!shape) return;
  const words = layer.getTooltip()?.getContent() as HTMLElement | undefined;
  shape.setAttribute("tabindex", "0");
  shape.setAttribute("role", "link");
  shape.setAttribute("aria-label", words?.textContent ?? "");
  shape.addEventListener("focus", () => layer.fire("mouseover").openTooltip());
  shape.addEventListener("blur", () => layer.fire("mouseout").closeTooltip());
  shape.addEventListener("keydown", (event) => {
    if ((event as KeyboardEvent).key === "Enter") go(layer.feature.properties.url);
  });
}

function go(url: string): void {
  if (url) location.assign(url);
}
