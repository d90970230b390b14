import type { Act } from "./queue.ts";

/** A thing on the list, and where it was when the page was kept. */
interface Piece {
  code: string;
  state: string;
}

/** Show of the kept page the one halt where the tour is now, by what was known and what was done since. */
export function showRoad(since: Act[]): void {
  const halts = [...document.querySelectorAll<HTMLElement>("[data-halt]")];
  if (!halts.length) return;
  const did = (kind: string, stop: number | null): boolean =>
    since.some((act) => act.kind === kind && (act.stop ?? null) === stop);
  const is = (halt: HTMLElement, kind: string): boolean =>
    halt.dataset[kind] === "yes" || did(kind === "left" ? "leave" : "arrive", stopOf(halt));
  const hasLeftYard = document.querySelector("[data-under-way=yes]") !== null || did("start", null);
  const isHome = did("finish", null);
  const here = halts.find((halt) => {
    if (halt.dataset.halt === "yard") return !hasLeftYard;
    return halt.dataset.halt === "home" ? !isHome : hasLeftYard && !is(halt, "left");
  });
  for (const halt of halts) {
    halt.hidden = halt !== here;
    const isThere = halt.dataset.halt === "yard" || is(halt, "arrived");
    for (const part of halt.querySelectorAll<HTMLElement>("[data-when]")) {
      part.hidden = (part.dataset.when === "there") !== isThere;
    }
    if (isThere) offer(halt, since);
  }
  const scan = document.querySelector<HTMLFormElement>("form[data-act=scan]");
  if (scan && here) scan.dataset.stop = here.dataset.stop ?? "";
}

/** Offer to load and unload what still is to be: with nothing left, the button goes. */
function offer(halt: HTMLElement, since: Act[]): void {
  const was = (kinds: string[], code: string): boolean =>
    since.some((act) => act.code === code && kinds.includes(act.kind));
  const takes = pieces(halt.dataset.takes).filter(
    ({ code, state }) => state === "planned" && !was(["loaded", "missing"], code),
  );
  const drops = pieces(halt.dataset.drops).filter(({ code, state }) => {
    const rides = state === "loaded" || (state === "planned" && was(["loaded"], code));
    return rides && !was(["unloaded", "missing"], code);
  });
  set(halt.querySelector("button[data-act=take]"), takes);
  set(halt.querySelector("button[data-act=drop]"), drops);
}

function set(button: HTMLElement | null, left: Piece[]): void {
  if (!button) return;
  button.hidden = left.length === 0;
  button.dataset.codes = left.map(({ code }) => code).join(" ");
}

function pieces(list = ""): Piece[] {
  return list
    .split(" ")
    .filter(Boolean)
    .map((one) => {
      const [code = "", state = ""] = one.split(":");
      return { code, state };
    });
}

function stopOf(halt: HTMLElement): number | null {
  return Number(halt.dataset.stop) || null;
}
