import "leaflet/dist/leaflet.css";
import { forEach } from "../shell/islands.ts";
import { type Areas, fetchGeoJson, type Units } from "./data.ts";
import { draw } from "./draw.ts";
import { type Lines, showLines } from "./lines.ts";
import { pick } from "./pick.ts";

forEach<HTMLElement>("[data-map]", async (canvas) => {
  try {
    const areas = await fetchGeoJson<Areas>(canvas.dataset.outlines);
    if (!areas) return;
    const units = await fetchGeoJson<Units>(canvas.dataset.units);
    canvas.hidden = false;
    const map = draw(canvas, areas, units);
    const lines = await fetchGeoJson<Lines>(canvas.dataset.lines);
    if (lines) showLines(map, lines);
    if (canvas.dataset.pick !== undefined) pick(map);
    const figure = canvas.closest(".map");
    figure?.querySelector("details")?.removeAttribute("open");
    figure?.querySelector("[data-map-key]")?.removeAttribute("hidden");
  } catch {
    canvas.hidden = false;
    canvas.classList.add("map-failed");
    canvas.textContent = canvas.dataset.wordFailed ?? "";
  }
});
