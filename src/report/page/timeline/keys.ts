/** What the keys of the timeline do. */
export interface KeyHandlers {
  move(rows: number): void;
  first(): void;
  last(): void;
  nextFinding(direction: 1 | -1): void;
  zoom(factor: number): void;
  pan(share: number): void;
  fit(): void;
  fitRows(): void;
  open(): void;
}

const page = 10;

/** Every key that is used here; the help of the page lists them. */
export function onKeys(element: HTMLElement, handlers: KeyHandlers): void {
  const actions: Readonly<Record<string, () => void>> = {
    ArrowDown: () => handlers.move(1),
    ArrowUp: () => handlers.move(-1),
    PageDown: () => handlers.move(page),
    PageUp: () => handlers.move(-page),
    Home: () => handlers.first(),
    End: () => handlers.last(),
    ArrowLeft: () => handlers.pan(-0.2),
    ArrowRight: () => handlers.pan(0.2),
    '+': () => handlers.zoom(0.6),
    '=': () => handlers.zoom(0.6),
    '-': () => handlers.zoom(1 / 0.6),
    '0': () => handlers.fit(),
    r: () => handlers.fitRows(),
    n: () => handlers.nextFinding(1),
    p: () => handlers.nextFinding(-1),
    Enter: () => handlers.open(),
    ' ': () => handlers.open(),
  };
  element.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}
