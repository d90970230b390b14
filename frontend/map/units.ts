import type { Bounds, Map as LeafletMap, Marker, Point } from "leaflet";
import { bounds, divIcon, marker } from "leaflet";
import type { Unit, Units } from "./data.ts";
import { go } from "./doors.ts";

const ROOM = 26; // pixels between two marks, so that a finger hits the one it means

/**
 * Show units as marks; where they would lie upon each other the higher tier stays until one comes nearer.
 *
 * `tell` hears how many wait for that in the part of the map that is in sight.
 */
export function showUnits(map: LeafletMap, units: Units, tell: (waiting: number) => void): void {
  const marks = units.features
    .slice()
    .sort((a, b) => a.properties.tier - b.properties.tier)
    .map((unit) => mark(unit.geometry.coordinates, unit.properties));
  const arrange = () => {
    const taken: Point[] = [];
    const buttons = zoomCorner(map);
    const inSight = map.getBounds();
    let waiting = 0;
    for (const one of marks) {
      const at = map.latLngToLayerPoint(one.getLatLng());
      const isBelowButtons = buttons.contains(map.latLngToContainerPoint(one.getLatLng()));
      const free =
        !isBelowButtons && taken.every((other) => Math.abs(other.x - at.x) >= ROOM || Math.abs(other.y - at.y) >= ROOM);
      if (free) taken.push(at);
      if (free) one.addTo(map);
      else one.remove();
      if (!free && inSight.contains(one.getLatLng())) waiting += 1;
    }
    tell(waiting);
  };
  arrange();
  map.on("moveend", arrange);
}

/** Return where no mark is reached: it would lie below the buttons that bring the map nearer and farther. */
function zoomCorner(map: LeafletMap): Bounds {
  const buttons = map.getContainer().querySelector<HTMLElement>(".map-zoom");
  if (!buttons) return bounds([0, 0], [0, 0]);
  const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = buttons;
  const half = ROOM / 2;
  return bounds([left - half, top - half], [left + width + half, top + height + half]);
}

function mark(at: number[], unit: Unit): Marker {
  const [longitude = 0, latitude = 0] = at;
  const icon = divIcon({ className: `map-unit map-unit-${unit.tier}`, iconSize: [24, 24] });
  const place = marker([latitude, longitude], { icon, title: unit.name, riseOnHover: true });
  place.on("click", () => go(unit.url));
  place.on("add", () => name(place, unit));
  return place;
}

function name(place: Marker, unit: Unit): void {
  const element = place.getElement();
  element?.setAttribute("role", "link");
  element?.setAttribute("aria-label", `${unit.name}, ${unit.kind}`);
  element?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") go(unit.url);
  });
}
