import type { Page } from 'playwright-core';

/** What is used of an element: the tests are checked without the types of a browser. */
interface Seen {
  readonly className: string;
  readonly textContent: string;
  readonly offsetWidth: number;
  readonly parentElement: Seen | null;
  readonly childNodes: Iterable<{ readonly nodeType: number; readonly textContent: string }>;
  readonly ownerDocument: {
    readonly defaultView: {
      getComputedStyle(element: Seen): { readonly color: string; readonly backgroundColor: string };
    };
  };
  closest(selector: string): unknown;
}

interface Text {
  readonly name: string;
  readonly color: string;
  /** From the page's own to that of the element. */
  readonly behind: readonly string[];
}

/** The texts of a page whose contrast to what is behind them is below 4.5, as WCAG counts it. */
export async function faintTexts(page: Page): Promise<string[]> {
  const texts = await textsOf(page);
  return texts.flatMap(({ name, color, behind }) => {
    const ground = behind.reduce<Color>(over, [255, 255, 255]);
    const lights = [ground, over(ground, color)].map(luminance);
    const contrast = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    return contrast < 4.5 ? [`${contrast.toFixed(2)} ${name}`] : [];
  });
}

function textsOf(page: Page): Promise<Text[]> {
  return page.locator('body *').evaluateAll(elements => {
    const texts: Text[] = [];
    for (const element of elements as unknown as readonly Seen[]) {
      const nodes = [...element.childNodes];
      const hasText = nodes.some(node => node.nodeType === 3 && node.textContent.trim() !== '');
      if (!hasText || element.offsetWidth === 0 || element.closest('script, style, option') !== null)
        continue;
      const styleOf = (one: Seen) => one.ownerDocument.defaultView.getComputedStyle(one);
      const behind: string[] = [];
      for (let at: Seen | null = element; at !== null; at = at.parentElement)
        behind.unshift(styleOf(at).backgroundColor);
      const name = `${element.className} ${element.textContent.slice(0, 40)}`;
      texts.push({ name, color: styleOf(element).color, behind });
    }
    return texts;
  });
}

type Color = readonly [number, number, number];

/** Paints `rgb(1, 2, 3)`, `rgba(1, 2, 3, 0.5)` or `color(srgb 0.1 0.2 0.3 / 0.5)` over another colour. */
function over([red, green, blue]: Color, color: string): Color {
  const numbers = [...color.matchAll(/[\d.]+(?:e-?\d+)?/g)].map(Number);
  const scale = color.startsWith('color(') ? 255 : 1;
  const [r = 0, g = 0, b = 0, alpha = 1] = numbers;
  const mix = (below: number, above: number) => below * (1 - alpha) + above * scale * alpha;
  return [mix(red, r), mix(green, g), mix(blue, b)];
}

function luminance(color: Color): number {
  const [red = 0, green = 0, blue = 0] = color.map(value => {
    const share = value / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
