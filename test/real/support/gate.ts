/** A promise that somebody else opens. */
export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

export function gate(): Gate {
  const controller = new AbortController();
  const opened = new Promise<void>(resolve => {
    controller.signal.addEventListener('abort', () => resolve());
  });
  return { opened, open: () => controller.abort() };
}
