import { forEach } from "./islands.ts";

const LONGEST_SIDE = 1600;
const QUALITY = 0.85;

/** Show the chosen photo and make it small before it crosses a village's network. */
export function preparePhotos(): void {
  forEach<HTMLInputElement>("input[type=file][data-photo]", (input) => {
    input.addEventListener("change", async () => {
      const photo = input.files?.[0];
      input.parentElement?.querySelector(".photo-preview")?.remove();
      if (!photo?.type.startsWith("image/")) return;
      const small = (await shrink(photo)) ?? photo;
      if (input.files?.[0] !== photo) return;
      if (small !== photo) replace(input, small);
      preview(input, small);
    });
  });
}

async function shrink(photo: File): Promise<File | null> {
  try {
    const picture = await createImageBitmap(photo, { imageOrientation: "from-image" });
    const scale = LONGEST_SIDE / Math.max(picture.width, picture.height);
    if (scale >= 1) return null;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return blob && new File([blob], photo.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" });
  } catch {
    return null; // a format this browser cannot read: the server will say whether it can
  }
}

function replace(input: HTMLInputElement, photo: File): void {
  const files = new DataTransfer();
  files.items.add(photo);
  input.files = files.files;
}

function preview(input: HTMLInputElement, photo: File): void {
  const image = document.createElement("img");
  image.className = "photo-preview";
  image.alt = photo.name;
  image.src = URL.createObjectURL(photo);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
  input.after(image);
}
