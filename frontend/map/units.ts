import type { Map as LeafletMap, Marker, Point } from "leaflet";
import { divIcon, marker } from "leaflet";
import type { Unit, Units } from "./data.ts";

const ROOM = 26; // pixels between two marks, so that a finger hits the one it means

/** Show units as marks; where they would lie upon each other the higher tier stays until one comes nearer. */
export function showUnits(map: LeafletMap, units: Units, go: (url: string) => void): void {
  const marks = units.features
    .slice()
    .sort((a, b) => a.properties.tier - b.properties.tier)
    .map((unit) => mark(unit.geometry.coordinates, unit.properties, go));
  const arrange = () => {
    const taken: Point[] = [];
    for (const one of marks) {
      const at = map.latLngToLayerPoint(one.getLatLng());
      const free = taken.every((other) => Math.abs(other.x - at.x) >= ROOM || Math.abs(other.y - at.y) >= ROOM);
      if (free) taken.push(at);
      if (free) one.addTo(map);
      else one.remove();
    }
  };
  arrange();
  map.on("zoomend", arrange);
}

function mark(at: number[], unit: Unit, go: (url: string) => void): Marker {
  const [longitude = 0, latitude = 0] = at;
  const icon = divIcon({ className: `map-unit map-unit-${unit.tier}`, iconSize: [24, 24] });
  const place = marker([latitude, longitude], { icon, title: unit.name, riseOnHover: true });
  place.on("click", () => go(unit.url));
  place.on("add", () => name(place, unit, go));
  return place;
}

function name(place: Marker, unit: Unit, go: (url: string) => void): void {
  const element = place.getElement();
  element?.setAttribute("role", "link");
  element?.setAttribute("aria-label", `${unit.name}, ${unit.kind}`);
  element?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") go(unit.url);
  });
}
