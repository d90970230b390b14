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

const STORE = "acts";

/** Return the acts of a reader in the order in which they were done. */
export async function acts(reader: string): Promise<Act[]> {
  const all = await ask<Act[]>("readonly", (store) => store.getAll());
  return all.filter((act) => act.reader === reader);
}

/** Keep an act, new or changed, on this device. */
export async function keep(act: Act): Promise<void> {
  await ask("readwrite", (store) => store.put(act));
}

/** Let go of acts. */
export async function drop(gone: Act[]): Promise<void> {
  for (const { id } of gone) if (id !== undefined) await ask("readwrite", (store) => store.delete(id));
}

async function ask<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  const opened = indexedDB.open("driving", 1);
  opened.onupgradeneeded = () => opened.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
  const database = await done<IDBDatabase>(opened);
  try {
    return await done<T>(act(database.transaction(STORE, mode).objectStore(STORE)));
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
