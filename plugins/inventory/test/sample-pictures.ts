/** The same six by four pixels, in each kind that is taken. */
const from = (base64: string) => Buffer.from(base64, "base64");

export const jpeg = from(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////////////////wAARCAAEAAYDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAgP/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCABXf/2Q==",
);
export const png = from(
  "iVBORw0KGgoAAAANSUhEUgAAAAYAAAAECAYAAACtBE5DAAAAIklEQVR4AZTJMQ0AAAwCwQZL+HdQT2AABj756fCk0rjSDgYAAP//sD9+twAAAAZJREFUAwB/Rg0v71ZpwgAAAABJRU5ErkJggg==",
);
export const webp = from("UklGRjAAAABXRUJQVlA4ICQAAABwAQCdASoGAAQAB0CWJaACdAFAAAD+2ibFwyGI/JL1J+VgiAA=");

/** The JPEG as a camera held upright writes it: to be turned by a quarter when it is shown. */
export const upright = Buffer.concat([
  jpeg.subarray(0, 20),
  Buffer.from("ffe10022", "hex"),
  Buffer.from("Exif\0\0MM\0*\0\0\0\b", "latin1"),
  Buffer.from("0001011200030000000100060000", "hex"),
  Buffer.from("00000000", "hex"),
  jpeg.subarray(20),
]);

/** A PNG that says it is so many pixels wide. */
export function wide(pixels: number): Buffer {
  const copy = Buffer.from(png);
  copy.writeUInt32BE(pixels, 16);
  return copy;
}
