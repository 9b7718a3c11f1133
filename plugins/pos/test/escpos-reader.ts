/** Reads what a printer is sent: written from the printers' manual and not from our encoder, so that it can prove us wrong. */
import assert from "node:assert/strict";

/** the upper half of code page 858 */
const CP858 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0";

export interface Printed {
  lines: string[];
  qr: string | undefined;
  cuts: number;
  kicks: number;
  codePage: number | undefined;
}

export function decode(bytes: Uint8Array): Printed {
  const printed: Printed = { lines: [], qr: undefined, cuts: 0, kicks: 0, codePage: undefined };
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const [first = 0, second = 0, third = 0, fourth = 0] = bytes.subarray(at, at + 4);
    if (first === 0x1b) {
      if (second === 0x74) printed.codePage = third;
      if (second === 0x70) printed.kicks += 1;
      at += escapeLength(second);
    } else if (first === 0x1c) at += 2;
    else if (first === 0x1d && second === 0x28 && third === 0x6b) {
      const length = fourth + (bytes[at + 4] ?? 0) * 256;
      if (bytes[at + 6] === 0x50) printed.qr = Buffer.from(bytes.subarray(at + 8, at + 5 + length)).toString("latin1");
      at += 5 + length;
    } else if (first === 0x1d) {
      assert.ok(second === 0x56 || second === 0x21, `GS ${second}`);
      if (second === 0x56) printed.cuts += 1;
      at += 3;
    } else {
      if (first === 0x0a) {
        printed.lines.push(text.trimEnd());
        text = "";
      } else if (first >= 0x20) text += first < 0x80 ? String.fromCharCode(first) : (CP858[first - 0x80] ?? "?");
      at += 1;
    }
  }
  return printed;
}

function escapeLength(command: number): number {
  if (command === 0x40 || command === 0x32) return 2;
  if (command === 0x70) return 5;
  assert.ok([0x74, 0x4d, 0x45, 0x61, 0x21, 0x2d, 0x47, 0x33].includes(command), `ESC ${command}`);
  return 3;
}
