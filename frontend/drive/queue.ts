/** What was done on the road, as the server takes it, and what became of it. */
export interface Act {
  id?: number;
  /** Who did it: nobody else's phone session ever sends it. */
  reader: string;
  key: string;
  tour: string;
  kind: string;
  at: string;
  stop: number | null;
  code: string;
  text: string;
  state: "waiting" | "sent" | "refused";
  reason: string;
}

/** Where the phone was on a tour, as the server takes it. */
export interface Place {
  id?: number;
  reader: string;
  tour: string;
  at: string;
  latitude: number;
  longitude: number;
  accuracy_m: number;
  speed_kmh: number | null;
}

const STORES = ["acts", "places"] as const;
type Store = (typeof STORES)[number];

/** Return the acts of a reader in the order in which they were done. */
export async function acts(reader: string): Promise<Act[]> {
  const all = await ask<Act[]>("acts", "readonly", (store) => store.getAll());
  return all.filter((act) => act.reader === reader);
}

/** Keep an act, new or changed, on this device. */
export async function keep(act: Act): Promise<void> {
  await ask("acts", "readwrite", (store) => store.put(act));
}

/** Let go of acts. */
export async function drop(gone: Act[]): Promise<void> {
  for (const { id } of gone) if (id !== undefined) await ask("acts", "readwrite", (store) => store.delete(id));
}

/** Return where the phone of a reader was, as long as it was not told. */
export async function places(reader: string): Promise<Place[]> {
  const all = await ask<Place[]>("places", "readonly", (store) => store.getAll());
  return all.filter((place) => place.reader === reader);
}

/** Keep where the phone was on this device. */
export async function keepPlace(place: Place): Promise<void> {
  await ask("places", "readwrite", (store) => store.put(place));
}

/** Let go of places. */
export async function dropPlaces(gone: Place[]): Promise<void> {
  for (const { id } of gone) if (id !== undefined) await ask("places", "readwrite", (store) => store.delete(id));
}

async function ask<T>(name: Store, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  const opened = indexedDB.open("driving", 2);
  opened.onupgradeneeded = () => {
    const lacking = STORES.filter((store) => !opened.result.objectStoreNames.contains(store));
    for (const store of lacking) opened.result.createObjectStore(store, { keyPath: "id", autoIncrement: true });
  };
  const database = await done<IDBDatabase>(opened);
  try {
    return await done<T>(act(database.transaction(name, mode).objectStore(name)));
  } finally {
    database.close();
  }
}

function done<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error);
  });
}
