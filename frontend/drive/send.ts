import { type Act, acts, dropPlaces, keep, type Place, places } from "./queue.ts";

const ADDRESS = "/api/v1/logistics/driving/acts";
const PLACES = "/api/v1/logistics/driving/positions";
const AT_ONCE = 50;
const PLACES_AT_ONCE = 200;
const PATIENCE = 15_000;
const SINCE = "driving-offline-since";

/** What the server says of an act. */
interface Answer {
  key: string;
  outcome: "done" | "already" | "refused";
  reason: string;
}

/** Whether the server can be reached now; since when not, is kept for the page to say. */
export async function isOnline(): Promise<boolean> {
  try {
    if (!navigator.onLine) throw new Error("offline");
    await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(4000) });
    localStorage.removeItem(SINCE);
    return true;
  } catch {
    if (!localStorage.getItem(SINCE)) localStorage.setItem(SINCE, new Date().toISOString());
    return false;
  }
}

/** Since when there is no network, null where there is one. */
export function offlineSince(): Date | null {
  const since = localStorage.getItem(SINCE);
  return since ? new Date(since) : null;
}

/** Send what waits, in order; return how many were answered, or "signed-out". What gets no answer waits on. */
export async function sendWaiting(reader: string): Promise<number | "signed-out"> {
  const waiting = (await acts(reader)).filter(({ state }) => state === "waiting");
  for (let first = 0; first < waiting.length; first += AT_ONCE) {
    const status = await send(waiting.slice(first, first + AT_ONCE));
    if (status === 401 || status === 403) return "signed-out";
    if (status !== 200) return first;
  }
  return waiting.length;
}

/** Send where the phone was; what gets no answer waits on, what the server does not want goes. */
export async function sendPlaces(reader: string): Promise<void> {
  const waiting = await places(reader);
  for (let first = 0; first < waiting.length; first += PLACES_AT_ONCE) {
    const some = waiting.slice(first, first + PLACES_AT_ONCE);
    const response = await post(PLACES, { positions: some.map(plain) });
    if (!response || response.status === 401 || response.status >= 500) return;
    await dropPlaces(some);
  }
}

function plain({ tour, at, latitude, longitude, accuracy_m, speed_kmh }: Place): Omit<Place, "reader"> {
  return { tour, at, latitude, longitude, accuracy_m, speed_kmh };
}

async function send(some: Act[]): Promise<number> {
  const body = some.map(({ key, tour, kind, at, stop, code, text }) => ({ key, tour, kind, at, stop, code, text }));
  const response = await post(ADDRESS, { acts: body });
  if (!response) return 0;
  if (response.status === 422) return apart(some, response);
  if (response.ok) await note(some, (await response.json()) as Answer[]);
  return response.status;
}

async function post(address: string, body: unknown): Promise<Response | null> {
  try {
    return await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    return null;
  }
}

/** Of acts of which one cannot be read, send each alone, so that it does not hold up the others. */
async function apart(some: Act[], response: Response): Promise<number> {
  const [only] = some;
  if (some.length === 1 && only) {
    const { detail = "", title = "" } = await response.json();
    await keep({ ...only, state: "refused", reason: detail || title });
    return 200;
  }
  for (const act of some) {
    const status = await send([act]);
    if (status !== 200) return status;
  }
  return 200;
}

async function note(some: Act[], answers: Answer[]): Promise<void> {
  for (const act of some) {
    const answer = answers.find(({ key }) => key === act.key);
    if (answer?.outcome === "refused") await keep({ ...act, state: "refused", reason: answer.reason });
    else if (answer) await keep({ ...act, state: "sent" });
  }
}

function cookie(name: string): string {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
