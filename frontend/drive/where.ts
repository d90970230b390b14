import { acts, dropPlaces, keepPlace, type Place, places } from "./queue.ts";
import { offlineSince, sendPlaces } from "./send.ts";

/** A position a minute while the vehicle drives, one in five while it stands: the receiver sleeps between. */
const EVERY = 60_000;
const STANDING = 5 * EVERY;
const MOVED_M = 50;
const LOOK = 15_000;
const KEPT_FOR = 7 * 24 * 60 * EVERY;
const LAST = "driving-where-last";

type Answer = "yes" | "no" | "denied" | "";

/** Tell the centre where the phone of the tour's driver is while the tour is under way, where the driver has agreed. */
export function tellWhere(page: HTMLElement, reader: string): void {
  const box = document.querySelector<HTMLElement>("[data-where]");
  if (!box || !("geolocation" in navigator)) return;
  show(box, answer(reader));
  box.addEventListener("click", ({ target }) => {
    const said = target instanceof Element ? target.closest<HTMLElement>("[data-say]")?.dataset.say : undefined;
    if (!said) return;
    localStorage.setItem(name(reader), said);
    show(box, answer(reader));
    void look(page, box, reader);
  });
  setInterval(() => void look(page, box, reader), LOOK);
  void look(page, box, reader);
}

async function look(page: HTMLElement, box: HTMLElement, reader: string): Promise<void> {
  if (answer(reader) === "yes" && (await isUnderWay(page, reader)) && Date.now() - last().at >= EVERY) {
    const found = await position();
    if (found === "denied") show(box, "denied");
    else if (found) await note(found, page.dataset.tour ?? "", reader);
  }
  await send(reader);
}

/** Keep a position, but not the same place each minute. */
async function note({ coords, timestamp }: GeolocationPosition, tour: string, reader: string): Promise<void> {
  const before = last();
  const { latitude, longitude, accuracy, speed } = coords;
  const isStanding = metres(before, { latitude, longitude }) < Math.max(MOVED_M, accuracy);
  if (isStanding && Date.now() - before.at < STANDING) return;
  localStorage.setItem(LAST, JSON.stringify({ at: Date.now(), latitude, longitude }));
  await keepPlace({
    reader,
    tour,
    at: new Date(timestamp).toISOString(),
    latitude,
    longitude,
    accuracy_m: Math.round(accuracy),
    speed_kmh: speed === null ? null : Math.round(speed * 3.6),
  });
}

/** Send what waits, once all that was done is told: before the server knows that a tour has left, it takes no place. */
async function send(reader: string): Promise<void> {
  const waiting = await places(reader);
  await dropPlaces(waiting.filter(({ at }) => Date.now() - Date.parse(at) > KEPT_FOR));
  const isToldOf = !(await acts(reader)).some(({ state }) => state === "waiting");
  if (waiting.length && isToldOf && !offlineSince()) await sendPlaces(reader);
}

async function isUnderWay({ dataset }: HTMLElement, reader: string): Promise<boolean> {
  const since = (await acts(reader)).filter(({ tour, state }) => tour === dataset.tour && state !== "refused");
  const did = (kind: string): boolean => since.some((act) => act.kind === kind);
  return (dataset.driven === "yes" || did("start")) && !did("finish");
}

function position(): Promise<GeolocationPosition | "denied" | null> {
  const wish = { enableHighAccuracy: true, maximumAge: LOOK, timeout: 20_000 };
  return new Promise((resolve) => {
    const lost = ({ code }: GeolocationPositionError): void => resolve(code === 1 ? "denied" : null);
    navigator.geolocation.getCurrentPosition(resolve, lost, wish);
  });
}

function show(box: HTMLElement, said: Answer): void {
  box.hidden = false;
  for (const part of box.querySelectorAll<HTMLElement>("[data-said]")) part.hidden = part.dataset.said !== said;
}

function name(reader: string): string {
  return `driving-where:${reader}`;
}

function answer(reader: string): Answer {
  const said = localStorage.getItem(name(reader));
  return said === "yes" || said === "no" ? said : "";
}

function last(): Pick<Place, "latitude" | "longitude"> & { at: number } {
  return JSON.parse(localStorage.getItem(LAST) ?? "null") ?? { at: 0, latitude: 0, longitude: 0 };
}

/** The metres between places as near to each other as a drive of minutes. */
function metres(one: Pick<Place, "latitude" | "longitude">, other: Pick<Place, "latitude" | "longitude">): number {
  const degree = 111_195;
  const east = (other.longitude - one.longitude) * Math.cos((one.latitude * Math.PI) / 180);
  return degree * Math.hypot(other.latitude - one.latitude, east);
}
