import type { Act } from "./queue.ts";

/** Return what a form or button tells as acts: many pieces at once are an act each, so that one may be refused alone. */
export function told({ dataset }: HTMLElement, values: FormData): Partial<Act>[] {
  const stop = Number(dataset.stop) || null;
  const pieces = (dataset.codes ?? "").split(" ").filter(Boolean);
  switch (dataset.act) {
    case "take":
      return pieces.map((code) => ({ kind: "loaded", code }));
    case "drop":
      return pieces.map((code) => ({ kind: "unloaded", code, stop }));
    case "scan":
      return [scanned(values, stop)];
    case "problem":
      return [{ kind: "problem", text: String(values.get("text") ?? "").trim() }];
    default:
      return [{ kind: dataset.act, stop }];
  }
}

function scanned(values: FormData, stop: number | null): Partial<Act> {
  const said = String(values.get("kind") ?? "loaded");
  const kind = said === "arrived" ? "unloaded" : said;
  return { kind, stop, code: String(values.get("code") ?? "").trim(), text: String(values.get("note") ?? "") };
}
