import type { LatLng, Map as LeafletMap, Marker } from "leaflet";
import { divIcon, marker } from "leaflet";

const DIGITS = 5; // about a metre: finer than a finger

/** Let a click on `map` fill in the form's coordinates, and show those that are typed there. */
export function pick(map: LeafletMap): void {
  const latitude = document.querySelector<HTMLInputElement>("[data-pick='latitude']");
  const longitude = document.querySelector<HTMLInputElement>("[data-pick='longitude']");
  if (!latitude || !longitude) return;
  let mark: Marker | undefined;
  const show = (at: LatLng | [number, number]) => {
    mark ??= marker(at, { icon: divIcon({ className: "map-unit map-picked", iconSize: [24, 24] }), keyboard: false });
    mark.setLatLng(at).addTo(map);
  };
  const showTyped = () => {
    const at: [number, number] = [Number.parseFloat(latitude.value), Number.parseFloat(longitude.value)];
    if (at.every(Number.isFinite)) show(at);
  };
  map.on("click", ({ latlng }) => {
    latitude.value = latlng.lat.toFixed(DIGITS);
    longitude.value = latlng.lng.toFixed(DIGITS);
    for (const field of [latitude, longitude]) field.dispatchEvent(new Event("input", { bubbles: true }));
    show(latlng);
  });
  latitude.addEventListener("change", showTyped);
  longitude.addEventListener("change", showTyped);
  showTyped();
}
