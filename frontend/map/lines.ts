import type { Feature, FeatureCollection, LineString } from "geojson";
import type { Map as LeafletMap, Polyline } from "leaflet";
import { latLngBounds, polyline } from "leaflet";
import { colour, onPaletteChange } from "../shell/palette.ts";

const ZOOM_BUTTONS = 76; // pixels that they take on the right, and a mark beside them

export interface Line {
  name: string;
  /** Which of the colours of charts it has. */
  tone: number;
  /** The id of what on the page it stands for. */
  anchor: string;
}

export type Lines = FeatureCollection<LineString, Line>;

/** Draw lines, each in its colour; a click opens what it stands for, and opening that shows its line before the others. */
export function showLines(map: LeafletMap, lines: Lines): void {
  const drawn = lines.features.map((line) => drawLine(map, line));
  const paint = () => {
    drawn.forEach((line, index) => {
      line.setStyle({ color: colour(`chart-${lines.features[index]?.properties.tone}`) });
    });
  };
  paint();
  onPaletteChange(paint);
  const bounds = latLngBounds(drawn.flatMap((line) => line.getLatLngs() as never[]));
  if (bounds.isValid()) map.fitBounds(bounds, { paddingTopLeft: [24, 24], paddingBottomRight: [ZOOM_BUTTONS, 24] });
}

function drawLine(map: LeafletMap, line: Feature<LineString, Line>): Polyline {
  const points = line.geometry.coordinates.map(([longitude = 0, latitude = 0]) => [latitude, longitude] as never);
  const shape = polyline(points, { weight: 3, opacity: 0.85 }).addTo(map);
  const words = document.createElement("span");
  words.textContent = line.properties.name;
  shape.bindTooltip(words, { className: "map-tip", sticky: true });
  const card = document.getElementById(line.properties.anchor);
  if (!(card instanceof HTMLDetailsElement)) return shape;
  shape.on("click", () => {
    card.open = true;
    card.scrollIntoView({ block: "start" });
  });
  card.addEventListener("toggle", () => {
    shape.setStyle({ weight: card.open ? 6 : 3 });
    if (card.open) shape.bringToFront();
  });
  return shape;
}
