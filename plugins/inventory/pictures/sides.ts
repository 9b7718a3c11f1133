/** How large a picture is kept. */

export interface Sides {
  width: number;
  height: number;
}

/** The longest side in pixels: on the product's page, and on a tile of the till (five rem high, on screens of two dots a pixel). */
export const PAGE_SIDE = 640;
export const TILE_SIDE = 240;

/** The same shape, no side longer than `most`; never larger than it was. */
export function within({ width, height }: Sides, most: number): Sides {
  const scale = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
