import { colour } from "../shell/palette.ts";
import type { Areas } from "./data.ts";

const STEPS = 5;

/** Return a function that gives an area's green: the fifth it lies in, from pale to full. */
export function shades(areas: Areas): (value: number | null | undefined) => string {
  const values = areas.features.map((area) => area.properties.value).filter((value) => typeof value === "number");
  const sorted = [...values].sort((a, b) => a - b);
  return (value) => {
    if (typeof value !== "number") return colour("shade-1");
    const below = sorted.filter((other) => other < value).length;
    const step = sorted.length < 2 ? 2 : Math.min(STEPS, 1 + Math.floor((below / sorted.length) * STEPS));
    return colour(`shade-${step}`);
  };
}
