import { forEach } from "./islands.ts";

const INK = "#111";
const PAPER = "#fff";

/** Let somebody sign with a finger where a picture of a signature is asked for: what is drawn becomes that picture. */
export function drawSignatures(): void {
  forEach<HTMLInputElement>("input[type=file][data-signature]", (input) => {
    const words = input.parentElement?.querySelector<HTMLTemplateElement>("template[data-signature-pad]");
    const pad = words?.content.firstElementChild?.cloneNode(true);
    if (!(pad instanceof HTMLElement)) return;
    const canvas = pad.querySelector("canvas");
    const pen = canvas?.getContext("2d");
    if (!canvas || !pen) return;
    input.hidden = true;
    input.after(pad);
    clear(canvas, pen);
    follow(canvas, pen, () => keep(canvas, input));
    pad.querySelector("button")?.addEventListener("click", () => {
      clear(canvas, pen);
      input.value = "";
    });
  });
}

function clear(canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D): void {
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.strokeStyle = INK;
  pen.lineWidth = 4;
  pen.lineCap = "round";
}

function follow(canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D, done: () => void): void {
  const at = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    const scale = canvas.width / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", done);
}

function keep(canvas: HTMLCanvasElement, input: HTMLInputElement): void {
  canvas.toBlob((blob) => {
    if (!blob) return;
    const files = new DataTransfer();
    files.items.add(new File([blob], "signature.png", { type: "image/png" }));
    input.files = files.files;
  }, "image/png");
}
