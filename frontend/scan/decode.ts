import BinaryBitmap from "@zxing/library/esm/core/BinaryBitmap.js";
import HybridBinarizer from "@zxing/library/esm/core/common/HybridBinarizer.js";
import DecodeHintType from "@zxing/library/esm/core/DecodeHintType.js";
import Code128Reader from "@zxing/library/esm/core/oned/Code128Reader.js";
import QRCodeReader from "@zxing/library/esm/core/qrcode/QRCodeReader.js";
import RGBLuminanceSource from "@zxing/library/esm/core/RGBLuminanceSource.js";

// Two of the library's readers by their own files: all of them together would be ten times the page.
const READERS = [new QRCodeReader(), new Code128Reader()];
const HINTS = new Map([[DecodeHintType.TRY_HARDER, true]]);

/** Return the code in a picture, "" for none. */
export function decode(picture: ImageData): string {
  const source = new RGBLuminanceSource(grey(picture), picture.width, picture.height);
  for (const reader of READERS) {
    try {
      return reader.decode(new BinaryBitmap(new HybridBinarizer(source)), HINTS).getText();
    } catch {
      // The library says by an exception that it sees none, which is what most pictures are.
    }
  }
  return "";
}

function grey({ data }: ImageData): Uint8ClampedArray {
  const shades = new Uint8ClampedArray(data.length / 4);
  for (let at = 0; at < shades.length; at++) {
    const pixel = at * 4;
    shades[at] = ((data[pixel] ?? 0) + 2 * (data[pixel + 1] ?? 0) + (data[pixel + 2] ?? 0)) / 4;
  }
  return shades;
}
