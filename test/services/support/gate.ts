export interface Gate {
  readonly open: () => void;
  readonly opened: Promise<void>;
}

/** Something that a test lets happen. */
export function gate(): Gate {
  let resolveOpened: (() => void) | undefined;
  const opened = new Promise<void>(resolve => {
    resolveOpened = resolve;
  });
  return { open: () => resolveOpened?.(), opened };
}
