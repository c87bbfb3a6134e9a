/** WCAG 2.2: letters on white. */
export const LEAST_CONTRAST = 4.5;

/** WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) against white, of a colour such as #1f4e8c. */
export function contrastWithWhite(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

export const isColor = (text: string) => /^#[0-9a-f]{6}$/i.test(text);
