import { type Act, acts, drop, keep } from "./queue.ts";
import { showRoad } from "./road.ts";
import { isOnline, offlineSince, sendWaiting } from "./send.ts";
import { told } from "./told.ts";
import { tellWhere } from "./where.ts";

const AGAIN = 20_000;
/** Whose pages are kept on this device: what somebody else kept goes first. */
const OWNER = "driving-reader";
const reader = document.body.dataset.reader ?? "";
const note = document.querySelector<HTMLElement>("[data-road]");

/** Let the driver's pages work for a day without a network: they are kept, and so is what is done meanwhile. */
async function begin(page: HTMLElement): Promise<void> {
  const { worker = "", scope = "" } = page.dataset;
  if (!("serviceWorker" in navigator && "caches" in window)) return;
  document.addEventListener("submit", (event) => void submit(event, page));
  document.addEventListener("click", ({ target }) => void tap(target, page));
  window.addEventListener("online", () => void bringUpToDate(page));
  setInterval(() => void tryAgain(page), AGAIN);
  if (localStorage.getItem(OWNER) !== reader) await caches.delete("driving");
  localStorage.setItem(OWNER, reader);
  await show(page);
  tellWhere(page, reader);
  await navigator.serviceWorker.register(worker, { scope });
  await bringUpToDate(page);
}

async function tryAgain(page: HTMLElement): Promise<void> {
  const waits = (await acts(reader)).some(({ state }) => state === "waiting");
  if (waits || offlineSince() || page.dataset.road === "kept") await bringUpToDate(page);
}

async function submit(event: SubmitEvent, page: HTMLElement): Promise<void> {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset.act) return;
  event.preventDefault();
  const waits = (await acts(reader)).some(({ state }) => state === "waiting");
  if (!waits && (await isOnline())) return form.submit();
  const new_ = told(form, new FormData(form));
  form.reset();
  forgetDraft();
  await keepAll(new_, page);
}

/** What was kept as an act needs no draft any more. */
function forgetDraft(): void {
  const drafts = Object.keys(localStorage).filter((name) => name.startsWith("draft:"));
  for (const name of drafts) if (name.includes(location.pathname)) localStorage.removeItem(name);
}

async function tap(target: EventTarget | null, page: HTMLElement): Promise<void> {
  const button = target instanceof Element ? target.closest<HTMLElement>("button[data-act], button[data-seen]") : null;
  if (!button) return;
  if (button.dataset.seen) {
    await drop((await acts(reader)).filter(({ key }) => key === button.dataset.seen));
    return show(page);
  }
  await keepAll(told(button, new FormData()), page);
}

async function keepAll(new_: Partial<Act>[], page: HTMLElement): Promise<void> {
  const { tour = "", home = "" } = page.dataset;
  const at = new Date().toISOString();
  const rest = { reader, tour, at, stop: null, code: "", text: "", kind: "", state: "waiting", reason: "" } as const;
  for (const act of new_) await keep({ ...rest, key: crypto.randomUUID(), ...act });
  await bringUpToDate(page);
  // The page as it is now: from the server, or the kept one with what was done since.
  if (page.dataset.road === "kept" && !(await isOnline())) await show(page);
  else location.assign(home);
}

/** Send what waits; when all is told, fetch the tour anew and let go of what it shows by then. */
async function bringUpToDate(page: HTMLElement): Promise<void> {
  const before = await acts(reader);
  if (await isOnline()) {
    const sent = await sendWaiting(reader);
    page.toggleAttribute("data-signed-out", sent === "signed-out");
    const isNews = before.some(({ state }) => state === "waiting") && sent !== "signed-out" && sent > 0;
    const isKept = await keepPages(page);
    if (isKept) await drop((await acts(reader)).filter(({ state }) => state === "sent"));
    if ((isNews || page.dataset.road === "kept") && isKept) return location.assign(page.dataset.home ?? "");
  }
  await show(page);
}

/** Lay the tour's page and all that it is drawn with into the cache; return whether that could be done. */
async function keepPages({ dataset }: HTMLElement): Promise<boolean> {
  const parts = performance.getEntriesByType("resource").map(({ name }) => name);
  const ours = parts.filter((name) => name.startsWith(location.origin) && name.includes("/dist/"));
  try {
    const pages = [dataset.keeps ?? "", dataset.problem ?? ""].filter(Boolean);
    const answers = await Promise.all(pages.map((address) => fetch(address, { cache: "no-store" })));
    if (answers.some((answer) => !answer.ok || answer.redirected)) return false;
    const cache = await caches.open("driving");
    await Promise.all(answers.map((answer, place) => cache.put(pages[place] ?? "", answer)));
    for (const part of new Set(ours)) if (!(await cache.match(part))) await cache.add(part);
    return true;
  } catch {
    return false;
  }
}

async function show(page: HTMLElement): Promise<void> {
  const known = await acts(reader);
  const { tour = "" } = page.dataset;
  const set = (name: string, value: string): void => {
    const line = page.querySelector<HTMLElement>(`[data-line=${name}]`);
    if (!line) return;
    line.hidden = value === "";
    const place = line.querySelector("[data-value]");
    if (place) place.textContent = value;
  };
  const waiting = known.filter(({ state }) => state === "waiting").length;
  set("since", offlineSince()?.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) ?? "");
  set("waiting", waiting ? String(waiting) : "");
  set("signed-out", page.hasAttribute("data-signed-out") ? " " : "");
  showRefused(
    page,
    known.filter(({ state }) => state === "refused"),
  );
  showRoad(known.filter((act) => act.tour === tour && act.state !== "refused"));
}

function showRefused(page: HTMLElement, refused: Act[]): void {
  const template = page.querySelector<HTMLTemplateElement>("template[data-refused]");
  const list = page.querySelector<HTMLElement>("[data-refused-list]");
  if (!template || !list) return;
  list.replaceChildren(
    ...refused.map((act) => {
      const line = template.content.cloneNode(true) as DocumentFragment;
      const put = (name: string, words: string): void => {
        const place = line.querySelector(`[data-put=${name}]`);
        if (place) place.textContent = words;
      };
      const kind = page.querySelector(`[data-kind-word=${act.kind}]`)?.textContent ?? act.kind;
      put("what", [new Date(act.at).toLocaleString(), kind, act.code, act.text].filter(Boolean).join(" · "));
      put("reason", act.reason);
      line.querySelector("button")?.setAttribute("data-seen", act.key);
      return line;
    }),
  );
}

if (note && reader) void begin(note);
