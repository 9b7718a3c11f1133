/** Sheets and rolls that labels are printed on. Millimetres. */
export interface LabelFormat {
  page: readonly [width: number, height: number];
  /** of the first label's corner */
  margin: readonly [left: number, top: number];
  columns: number;
  rows: number;
  label: readonly [width: number, height: number];
}

/** Sheets are A4 without gaps between the labels; a roll of 58 mm has 48 mm that its printer can print on. */
export const FORMATS = {
  a4_24: { page: [210, 297], margin: [0, 0.5], columns: 3, rows: 8, label: [70, 37] },
  a4_65: { page: [210, 297], margin: [4.75, 10.7], columns: 5, rows: 13, label: [40.1, 21.2] },
  roll_58: { page: [58, 32], margin: [5, 1], columns: 1, rows: 1, label: [48, 30] },
} as const satisfies Record<string, LabelFormat>;

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as [FormatName, ...FormatName[]];
