/** Reads the code that a video shows now, "" for none. */
export type Read = (video: HTMLVideoElement) => Promise<string>;

/** Loads what finds the code in a picture where the browser does not. */
export type Decoder = () => Promise<(picture: ImageData) => string>;

/** What reads bar codes where the browser does it itself (Chromium on Android): TypeScript does not know it yet. */
interface Native {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface NativeClass {
  new (options: { formats: string[] }): Native;
  getSupportedFormats(): Promise<string[]>;
}

/** Ours are QR codes; carriers print their waybills as Code 128. */
const FORMATS = ["qr_code", "code_128"];

/** Return the browser's own reader, which spares a cheap phone's battery, or the one that comes with this site. */
export async function newReader(ownDecoder: Decoder): Promise<Read> {
  const known = (window as { BarcodeDetector?: NativeClass }).BarcodeDetector;
  const formats = (await known?.getSupportedFormats().catch(() => [])) ?? [];
  if (known && FORMATS.every((format) => formats.includes(format))) {
    const native = new known({ formats: FORMATS });
    return async (video) => (await native.detect(video).catch(() => []))[0]?.rawValue ?? "";
  }
  return ownReader(await ownDecoder());
}

function ownReader(decode: (picture: ImageData) => string): Read {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    if (!pen || !video.videoWidth) return "";
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    pen.drawImage(video, 0, 0);
    return decode(pen.getImageData(0, 0, canvas.width, canvas.height));
  };
}
