/** Something that a test lets happen when it wants. */
export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

export function gate(): Gate {
  let resolveOpened: (() => void) | undefined;
  const opened = new Promise<void>(resolve => {
    resolveOpened = resolve;
  });
  return { opened, open: () => resolveOpened?.() };
}
