/** Where to go on to: only a path of this shop, so that no link and no hidden field sends a person to another site. */

const LONGEST = 2000;

/** True for a path, with or without query, that every browser reads as one of this origin. */
export function isLocalPath(path: unknown): path is string {
  // browsers read `\` as `/` and drop tabs and line breaks, which would make `/\evil` and `/<tab>/evil` another host
  return typeof path === "string" && path.length <= LONGEST && /^\/(?![/\\])[^\\\p{Cc}\s]*$/u.test(path);
}

/** The path, or home. */
export function localPath(path: unknown): string {
  return isLocalPath(path) ? path : "/";
}
