/** The colours of the canvas, read from the style sheet, so that the dark theme is in one place. */
export type Colors = Readonly<Record<(typeof names)[number], string>>;

const names = [
  'text',
  'dim',
  'line',
  'stripe',
  'hover',
  'session',
  'running',
  'committed',
  'aborted',
  'failed',
  'unknown',
  'operation',
  'wait',
  'connection',
  'focus',
  'drain',
  'correctness',
  'suspicious',
  'performance',
  'config',
  'surface',
] as const;

export function readColors(): Colors {
  const style = getComputedStyle(document.documentElement);
  const colors = Object.fromEntries(names.map(name => [name, style.getPropertyValue(`--${name}`).trim()]));
  return colors as Colors;
}
