import { forEach } from "./islands.ts";

/** What reads bar codes, where the browser has it (Chromium on Android): TypeScript does not know it yet. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

const EVERY = 250;

/** Offer the camera beside a scan that is typed, in browsers that read bar codes themselves; others type on. */
export function readLabels(): void {
  forEach<HTMLFormElement>("form[data-scan-form]", (form) => {
    const detector = newDetector();
    const offered = form.querySelector<HTMLTemplateElement>("template[data-scan-button]");
    const button = offered?.content.firstElementChild?.cloneNode(true);
    if (!(detector && offered && button instanceof HTMLButtonElement)) return;
    offered.after(button);
    let stop: (() => void) | null = null;
    button.addEventListener("click", async () => {
      if (stop) {
        stop();
        stop = null;
        return;
      }
      stop = await watch(form, detector);
      if (!stop) button.remove(); // nobody let us use the camera
    });
  });
}

function newDetector(): Detector | null {
  const known = (window as { BarcodeDetector?: new () => Detector }).BarcodeDetector;
  return known && navigator.mediaDevices ? new known() : null;
}

/** Show what the camera sees until it reads a code, which is then sent; return what ends it, null without a camera. */
async function watch(form: HTMLFormElement, detector: Detector): Promise<(() => void) | null> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.style.maxWidth = "100%";
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    return null;
  }
  video.srcObject = stream;
  form.prepend(video);
  await video.play();
  const timer = window.setInterval(async () => {
    const [found] = await detector.detect(video).catch(() => []);
    if (!found) return;
    end();
    send(form, found.rawValue);
  }, EVERY);
  function end(): void {
    window.clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    video.remove();
  }
  return end;
}

function send(form: HTMLFormElement, code: string): void {
  const field = form.querySelector<HTMLInputElement>("input[data-scan]");
  if (!field || field.value === code) return;
  field.value = code;
  form.requestSubmit();
}
