import type { Map as LeafletMap, Polygon } from "leaflet";
import { polygon } from "leaflet";
import { colour } from "../shell/palette.ts";
import type { Area, AreaFeature } from "./data.ts";

export type Shape = Polygon & { feature: AreaFeature };
type Frame = (shape: Shape | null) => void;

/** Let each area say its name and, where it leads somewhere, be opened by a click or by Enter. */
export function makeDoors(map: LeafletMap, shapes: Shape[], unit: string): void {
  const frame = framing(map);
  for (const shape of shapes) {
    const words = document.createElement("span");
    words.textContent = describe(shape.feature.properties, unit); // as text, not as markup: a place is named by people
    shape.bindTooltip(words, { className: "map-tip" });
    shape.on({ mouseover: () => point(map, shape, frame), mouseout: () => frame(null) });
    const { url } = shape.feature.properties;
    const isDoor = url !== "" && url !== location.pathname;
    name(shape, words.textContent, isDoor);
    if (!isDoor) continue;
    shape.on("click", () => go(url));
    reachByKeyboard(map, shape, url, frame);
  }
}

/** Draw a frame around the shape and say what it is beside it: over it the tip would hide its name and its marks. */
function point(map: LeafletMap, shape: Shape, frame: Frame): void {
  frame(shape);
  const box = shape.getBounds();
  const middle = box.getCenter();
  const left = map.latLngToContainerPoint([middle.lat, box.getWest()]).x;
  const right = map.getSize().x - map.latLngToContainerPoint([middle.lat, box.getEast()]).x;
  const tip = shape.getTooltip();
  if (tip) tip.options.direction = right > left ? "right" : "left";
  shape.openTooltip([middle.lat, right > left ? box.getEast() : box.getWest()]);
}

function name(shape: Shape, words: string, isDoor: boolean): void {
  const element = shape.getElement();
  element?.setAttribute("role", isDoor ? "link" : "img");
  element?.setAttribute("aria-label", words);
  element?.setAttribute("tabindex", isDoor ? "0" : "-1"); // its tooltip alone would put it into the order of Tab
}

/** Open the page that an area or a unit leads to. */
export function go(url: string): void {
  if (url) location.assign(url);
}

/**
 * Draw a frame around one shape at a time, in a pane of its own.
 *
 * Bringing the shape itself to the front would put it anew into the page, and so take the focus from it.
 */
function framing(map: LeafletMap): Frame {
  const pane = map.createPane("frame");
  pane.style.zIndex = "450"; // above the shapes, below the marks
  pane.style.pointerEvents = "none";
  let frame: Polygon | undefined;
  return (shape) => {
    frame?.remove();
    const options = { pane: "frame", interactive: false, fill: false, color: colour("ochre"), weight: 3 };
    frame = shape ? polygon(shape.getLatLngs() as never, options).addTo(map) : undefined;
  };
}

function describe(area: Area, unit: string): string {
  if (typeof area.value !== "number") return area.name;
  const value = area.text ?? new Intl.NumberFormat(document.documentElement.lang).format(area.value);
  return `${area.name}: ${value}${unit ? `\u00a0${unit}` : ""}`;
}

function reachByKeyboard(map: LeafletMap, shape: Shape, url: string, frame: Frame): void {
  const element = shape.getElement();
  if (!element) return;
  element.addEventListener("focus", () => {
    point(map, shape, frame);
  });
  element.addEventListener("blur", () => {
    frame(null);
    shape.closeTooltip();
  });
  element.addEventListener("keydown", (event) => {
    if ((event as KeyboardEvent).key === "Enter") go(url);
  });
}
