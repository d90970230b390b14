import htmx, { type HtmxRequestCtx } from "htmx.org";

/**
 * Say where a part of the page could not be had, and let the reader try again.
 *
 * The network is gone, the server is at fault, or something between them answered with a page of its own.
 * The filter goes back to what the list still shows, so that its rows are never taken for another choice's.
 */
export function tellFailures(): void {
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (!isStray(ctx)) return;
    event.preventDefault();
    tell(ctx);
  });
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (ctx && !ctx.response) tell(ctx);
  });
  document.addEventListener("htmx:after:swap", takeBack);
}

/** Whether this is no answer of ours to a question for a part. */
function isStray({ response, text = "" }: HtmxRequestCtx): boolean {
  if (!response || response.status >= 500) return true;
  return !response.headers.has("HX-Retarget") && /^\s*<!doctype html/i.test(text);
}

function tell(ctx: HtmxRequestCtx): void {
  const { sourceElement, target } = ctx;
  const template = document.querySelector<HTMLTemplateElement>("template[data-failure-note]");
  const note = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!note || !(target instanceof Element)) return;
  if (sourceElement instanceof HTMLFormElement && sourceElement.matches("[data-filters]")) sourceElement.reset();
  const isNews = takeBack() === 0;
  note.querySelector("button")?.addEventListener("click", () => again(ctx, target));
  target.before(note);
  if (isNews) note.scrollIntoView({ block: "nearest" });
}

function again({ request, sourceElement, swap, push }: HtmxRequestCtx, target: Element): void {
  if (request.method !== "GET") {
    if (sourceElement instanceof HTMLFormElement) sourceElement.requestSubmit();
    return;
  }
  const headers = { "HX-Target": request.headers["HX-Target"] ?? "" };
  void htmx.ajax("GET", request.action, { source: target, target, swap, push, headers });
}

/** Take away what was said before; return how many notes that were. */
function takeBack(): number {
  const notes = document.querySelectorAll(".failure-note");
  for (const note of notes) note.remove();
  return notes.length;
}
