import { forEach } from "./islands.ts";

type Kept = Record<string, string[]>;

const PREFIX = "draft:";
const NEVER = new Set(["csrfmiddlewaretoken", "next"]);
const DAYS_KEPT = 14;

/** Keep what is typed into `<form data-draft="key">` on this device until it is sent. */
export function keepDrafts(): void {
  forEach<HTMLFormElement>("form[data-draft]", (form) => {
    const key = `${PREFIX}${form.dataset.draft}`;
    // A form that came back with mistakes holds what was typed: newer than the draft.
    const fresh = !form.querySelector(".field-wrong, .errorlist");
    const kept = fresh ? read(key) : null;
    if (kept && restore(form, kept)) showNote(form, key);
    form.addEventListener("input", () => write(key, form));
    form.addEventListener("submit", () => localStorage.removeItem(key));
  });
}

function read(key: string): Kept | null {
  try {
    const { at, fields } = JSON.parse(localStorage.getItem(key) ?? "null") ?? {};
    return Date.now() - at < DAYS_KEPT * 86_400_000 ? fields : null;
  } catch {
    return null;
  }
}

function write(key: string, form: HTMLFormElement): void {
  const fields: Kept = {};
  for (const [name, value] of new FormData(form)) {
    if (NEVER.has(name) || typeof value !== "string" || isHidden(form, name)) continue;
    fields[name] = [...(fields[name] ?? []), value];
  }
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields }));
  } catch {
    // The device has no room or forbids storage: the form still works, only without a draft.
  }
}

function isHidden(form: HTMLFormElement, name: string): boolean {
  const field = form.elements.namedItem(name);
  return field instanceof HTMLInputElement && ["hidden", "password"].includes(field.type);
}

function restore(form: HTMLFormElement, kept: Kept): boolean {
  let changed = false;
  for (const field of form.elements) {
    if (!isField(field)) continue;
    const values = kept[field.name];
    if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) {
      const checked = values?.includes(field.value) ?? false;
      changed ||= field.checked !== checked;
      field.checked = checked;
    } else if (values?.[0] !== undefined && field.value !== values[0]) {
      field.value = values[0];
      changed = true;
    }
  }
  return changed;
}

function isField(element: Element): element is HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
  if (element instanceof HTMLInputElement) return !["hidden", "file", "password", "submit"].includes(element.type);
  return element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement;
}

function showNote(form: HTMLFormElement, key: string): void {
  const template = form.querySelector<HTMLTemplateElement>("template[data-draft-note]");
  const note = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!note) return;
  note.querySelector("button")?.addEventListener("click", () => {
    localStorage.removeItem(key);
    form.reset();
    note.remove();
  });
  form.prepend(note);
}
