import type { Decoder, Read } from "./read.ts";
import { newReader } from "./read.ts";

const PAUSE = 150;
/** A label that lies before the camera still is not read again until it was out of its sight for so long. */
const GONE = 1500;

/**
 * Show what the camera sees until it reads a code other than `seen`, and give that to `found`; return what closes it.
 * Without a camera, or without leave to use it, say so and return null: typing works everywhere.
 */
export async function watch(
  form: HTMLFormElement,
  words: DocumentFragment,
  seen: string,
  found: (code: string) => void,
  ownDecoder: Decoder,
): Promise<(() => void) | null> {
  form.querySelector("[data-scan-refused]")?.remove();
  let stream: MediaStream;
  let read: Read;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1280 } },
    });
    read = await newReader(ownDecoder);
  } catch {
    const refused = words.querySelector("[data-scan-refused]")?.cloneNode(true);
    if (refused) form.prepend(refused);
    return null;
  }
  const view = words.querySelector("[data-scan-view]")?.cloneNode(true) as HTMLElement;
  const video = view.querySelector("video") as HTMLVideoElement;
  const close = (): void => {
    for (const track of stream.getTracks()) track.stop();
    view.remove();
  };
  video.srcObject = stream;
  form.prepend(view);
  await video.play();
  void look(video, read, seen, (code) => {
    close();
    found(code);
  });
  return close;
}

async function look(video: HTMLVideoElement, read: Read, seen: string, found: (code: string) => void): Promise<void> {
  let last = Date.now();
  while (video.isConnected) {
    const code = (await read(video)).trim();
    if (code && (code !== seen || Date.now() - last > GONE)) {
      if (video.isConnected) found(code);
      return;
    }
    if (code) last = Date.now();
    await new Promise((done) => setTimeout(done, PAUSE));
  }
}
