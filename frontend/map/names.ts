import type { Map as LeafletMap, Tooltip } from "leaflet";
import { latLng, tooltip } from "leaflet";
import type { Shape } from "./doors.ts";

/** Write the areas' names on the map; one that would lie over another waits until the map is nearer. */
export function writeNames(map: LeafletMap, shapes: Shape[]): void {
  const names = shapes.map((shape) => writeName(map, shape));
  const thin = () => thinOut(names.map((name) => name.getElement()));
  thin();
  map.on("zoomend", thin);
}

function writeName(map: LeafletMap, shape: Shape): Tooltip {
  const words = document.createElement("span");
  const { label, name: place } = shape.feature.properties;
  words.textContent = place;
  const name = tooltip({ permanent: true, direction: "center", className: "map-name", interactive: false });
  name
    .setLatLng(label ? latLng(label[1], label[0]) : shape.getCenter())
    .setContent(words)
    .addTo(map);
  name.getElement()?.setAttribute("aria-hidden", "true"); // the shape itself says its name
  return name;
}

function thinOut(names: (HTMLElement | undefined)[]): void {
  const shown: DOMRect[] = [];
  for (const name of names) {
    if (!name) continue;
    name.hidden = false; // a hidden name has no size to measure
    const box = name.getBoundingClientRect();
    const isFree = !shown.some((other) => overlaps(box, other));
    name.hidden = !isFree;
    if (isFree) shown.push(box);
  }
}

function overlaps(one: DOMRect, other: DOMRect): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
