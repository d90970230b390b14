import { forEach } from "./islands.ts";

const KEPT = "scanning";

/** Offer the camera beside a scan that is typed; what reads the codes is loaded when it is opened. Others type on. */
export function readLabels(): void {
  forEach<HTMLFormElement>("form[data-scan-form]", (form) => {
    const words = form.querySelector<HTMLTemplateElement>("template[data-scan-camera]")?.content;
    const button = words?.querySelector("button")?.cloneNode(true);
    if (!(words && button instanceof HTMLButtonElement && navigator.mediaDevices)) return;
    form.querySelector(".form-actions")?.append(button);
    let close: (() => void) | null = null;
    const open = async (seen: string): Promise<void> => {
      button.disabled = true;
      const { watch } = await import("../scan/camera.ts");
      close = await watch(form, words, seen, (code) => send(form, code), ownDecoder);
      button.disabled = false;
      button.setAttribute("aria-pressed", String(close !== null));
    };
    button.addEventListener("click", () => {
      sessionStorage.removeItem(KEPT);
      if (!close) return void open("");
      close();
      close = null;
      button.setAttribute("aria-pressed", "false");
    });
    // Thirty labels are thirty pages: the camera stays open over them, until a scan was refused or somebody closes it.
    const last = sessionStorage.getItem(KEPT);
    if (last && !form.querySelector(".field-wrong")) void open(last);
    else sessionStorage.removeItem(KEPT);
  });
}

/** Load what reads the codes where the browser does not. From here: a part that loads parts would load this one anew. */
const ownDecoder = async () => (await import("../scan/decode.ts")).decode;

function send(form: HTMLFormElement, code: string): void {
  const field = form.querySelector<HTMLInputElement>("input[data-scan]");
  if (!field) return;
  field.value = code;
  navigator.vibrate?.(60);
  sessionStorage.setItem(KEPT, code);
  form.requestSubmit();
}
