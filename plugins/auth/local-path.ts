/** Where to go after signing in: only a path of this shop, so that a link cannot send a person to another site. */
export function localPath(next: string | undefined): string {
  // browsers read `\` as `/` and drop tabs and line breaks, which would make `/\evil` and `/<tab>/evil` another host
  return next !== undefined && next.length <= 500 && /^\/(?![/\\])[^\\\p{Cc}\s]*$/u.test(next) ? next : "/";
}
