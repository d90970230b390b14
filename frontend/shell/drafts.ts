import { forEach } from "./islands.ts";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Values = Record<string, string[]>;

interface Draft {
  at: number;
  fields: Values;
  /** The version of the row that the form was made from: a draft never passes for a look at a newer one. */
  version?: string;
  /** The form's key when it was sent last: the server says by it what was done. */
  sent?: string;
  /** The fields with a photo, which no page can put back: it is asked for again. */
  photos?: string[];
}

const PREFIX = "draft:";
const KEY = "idempotency_key";
const DAYS_KEPT = 14;
const DAY = 86_400_000;

/**
 * Keep what is typed into `<form data-draft>` on this device until the server says that it was done.
 *
 * A draft belongs to who typed it (the page's `data-reader`) and to the address of its form.
 */
export function keepDrafts(): void {
  const { reader = "", done = "" } = document.body.dataset;
  forget((name, draft) => isOver(draft) || isDone(draft, done) || (reader !== "" && !name.startsWith(mine(reader))));
  document.addEventListener("submit", ({ target }) => {
    if (target instanceof HTMLFormElement && target.matches("[data-sign-out]")) {
      forget(() => true);
      void window.caches?.delete("driving"); // the driver's kept pages; what was not sent waits for who did it
    }
  });
  forEach<HTMLFormElement>("form[data-draft]", (form) => keep(form, reader));
}

/** Say on the sign-in page that what was typed into the form it leads back to is kept. */
export function tellKept(): void {
  const template = document.querySelector<HTMLTemplateElement>("template[data-kept-note]");
  const next = document.querySelector<HTMLInputElement>("main input[name=next]")?.value;
  if (template && next && isKept(next)) template.replaceWith(template.content);
}

function keep(form: HTMLFormElement, reader: string): void {
  const name = () => `${mine(reader)}${location.pathname}${location.search}`;
  // A form that came back with mistakes holds what was typed: newer than the draft.
  const draft = form.querySelector(".field-wrong, .errorlist") ? null : read(name());
  if (draft) bringBack(form, draft, name());
  form.addEventListener("input", ({ target }) => {
    const before = name();
    followChoice(target);
    const { sent } = read(before) ?? {};
    if (before !== name()) localStorage.removeItem(before);
    write(name(), form, sent);
  });
  form.addEventListener("submit", () => write(name(), form, hidden(form, KEY)?.value));
}

/** What the address names is what the form shows: another choice is another address. */
function followChoice(field: EventTarget | null): void {
  const asked = new URLSearchParams(location.search);
  if (!isField(field) || !asked.has(field.name)) return;
  const before = location.pathname + location.search;
  asked.set(field.name, field.value);
  history.replaceState(history.state, "", `?${asked}`);
  for (const next of document.querySelectorAll<HTMLInputElement>("input[name=next]")) {
    if (next.value === before) next.value = location.pathname + location.search;
  }
}

function write(name: string, form: HTMLFormElement, sent: string | undefined): void {
  const fields: Values = {};
  for (const field of form.elements) {
    if (!isField(field) || !field.name) continue;
    fields[field.name] = [...(fields[field.name] ?? []), ...valuesOf(field)];
  }
  const photos = [...form.querySelectorAll<HTMLInputElement>("input[data-photo]")].filter(hasPhoto);
  const version = hidden(form, "version")?.value;
  const draft: Draft = { at: Date.now(), fields, version, sent, photos: photos.map(({ name }) => name) };
  try {
    localStorage.setItem(name, JSON.stringify(draft));
  } catch {
    // The device has no room or forbids storage: the form still works, only without a draft.
  }
}

function bringBack(form: HTMLFormElement, draft: Draft, name: string): void {
  const asked = askAgain(form, draft.photos ?? []);
  if (!restore(form, draft)) return;
  const meant = [replace(hidden(form, "version"), draft.version), replace(hidden(form, KEY), draft.sent)];
  const template = form.querySelector<HTMLTemplateElement>("template[data-draft-note]");
  const note = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!note) return;
  note.querySelector("button")?.addEventListener("click", () => {
    localStorage.removeItem(name);
    form.reset();
    for (const undo of [...meant, ...asked]) undo();
    note.remove();
  });
  form.prepend(note);
}

/** Ask at each field for the photo that was chosen; return how to take the words away. */
function askAgain(form: HTMLFormElement, photos: string[]): (() => void)[] {
  return photos.flatMap((name) => {
    const field = form.querySelector<HTMLInputElement>(`input[data-photo][name=${name}]`);
    const template = field?.parentElement?.querySelector<HTMLTemplateElement>("template[data-photo-again]");
    const words = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
    if (!field || !words) return [];
    const takeAway = () => words.remove();
    field.after(words);
    field.addEventListener("change", takeAway, { once: true });
    return [takeAway];
  });
}

function restore(form: HTMLFormElement, { at, fields }: Draft): boolean {
  let changed = false;
  const [then, today] = [day(at), day(Date.now())];
  const left = structuredClone(fields);
  for (const field of form.elements) {
    if (!isField(field)) continue;
    const before = valuesOf(field).join();
    const value = isBox(field) ? undefined : left[field.name]?.shift();
    const hasPassed = field.type === "date" && value !== undefined && then <= value && value < today;
    if (isBox(field)) field.checked = fields[field.name]?.includes(field.value) ?? field.checked;
    else if (value !== undefined && !hasPassed && holds(field, value)) field.value = value;
    changed ||= valuesOf(field).join() !== before;
  }
  return changed;
}

/** Give a hidden field the value that belongs to the draft; return how to undo it. */
function replace(field: HTMLInputElement | null, value: string | undefined): () => void {
  if (!field || value === undefined) return () => {};
  const before = field.value;
  field.value = value;
  return () => {
    field.value = before;
  };
}

function read(name: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

function forget(isToGo: (name: string, draft: Draft | null) => boolean): void {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(PREFIX) && isToGo(name, read(name))) localStorage.removeItem(name);
    }
  } catch {
    // No storage, so nothing to forget.
  }
}

function isKept(address: string): boolean {
  try {
    return Object.keys(localStorage).some((name) => name.startsWith(PREFIX) && name.endsWith(`:${address}`));
  } catch {
    return false;
  }
}

function isOver(draft: Draft | null): boolean {
  return !draft || Date.now() - draft.at > DAYS_KEPT * DAY;
}

function isDone(draft: Draft | null, done: string): boolean {
  return done !== "" && draft?.sent === done;
}

function mine(reader: string): string {
  return `${PREFIX}${reader}:`;
}

/** A day as date fields write it, of the place where the device is. */
function day(at: number): string {
  const moment = new Date(at);
  return new Date(at - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

function hidden(form: HTMLFormElement, name: string): HTMLInputElement | null {
  return form.querySelector<HTMLInputElement>(`input[type=hidden][name=${name}]`);
}

/** Whether a photo was chosen, now or with the sending before. */
function hasPhoto({ files, form, name }: HTMLInputElement): boolean {
  return Boolean(files?.length || (form && hidden(form, `${name}_waiting`)));
}

function valuesOf(field: Field): string[] {
  if (isBox(field)) return field.checked ? [field.value] : [];
  return [field.value];
}

/** Whether a field can take the value: a choice of last week may not be offered any more. */
function holds(field: Field, value: string): boolean {
  return !(field instanceof HTMLSelectElement) || [...field.options].some((option) => option.value === value);
}

function isBox(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type);
}

function isField(element: EventTarget | null): element is Field {
  if (element instanceof HTMLInputElement) return !["hidden", "file", "password", "submit"].includes(element.type);
  return element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement;
}
