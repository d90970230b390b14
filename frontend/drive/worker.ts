// The service worker of the driver's pages, run as a plain script: it imports nothing. It answers when the network
// does not, with the page of the tour that `index.ts` has laid into the cache, and sends nothing itself.
interface Answering extends Event {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Starting extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}

const CACHE = "driving";
/** So long a page is waited for: in a valley a phone often believes that it has a network. */
const PATIENCE = 6000;
const TOUR = /\/drive\/[^/]+\/$/;

async function page(request: Request): Promise<Response> {
  try {
    // A form is waited for as long as it takes: who gave it up would not know whether it came.
    const signal = request.method === "GET" ? AbortSignal.timeout(PATIENCE) : undefined;
    return await fetch(request, { signal });
  } catch (lost) {
    const kept = await road(new URL(request.url).pathname);
    if (kept) return kept;
    throw lost;
  }
}

/** Return the kept page of the tour, and for any other page of the driver that of the tour which was opened last. */
async function road(path: string): Promise<Response | undefined> {
  const cache = await caches.open(CACHE);
  const own = TOUR.test(path) ? await cache.match(`${path}road/`) : await cache.match(path);
  if (own) return own;
  const roads = (await cache.keys()).filter(({ url }) => url.endsWith("/road/"));
  const last = roads.at(-1);
  return last && cache.match(last);
}

async function part(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}

self.addEventListener("install", (event) => {
  (event as Starting).waitUntil((self as unknown as Worker).skipWaiting());
});
self.addEventListener("activate", (event) => {
  (event as Starting).waitUntil((self as unknown as Worker).clients.claim());
});
self.addEventListener("fetch", (event) => {
  const { request, respondWith } = event as Answering;
  const answer = respondWith.bind(event);
  const { origin, pathname } = new URL(request.url);
  if (request.mode === "navigate") answer(page(request));
  else if (request.method === "GET" && origin === location.origin && pathname.includes("/dist/")) answer(part(request));
});
