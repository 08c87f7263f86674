/** Keeps workers from starting before others are there. */
export interface Gate {
  /** Settles with the first call of the others. */
  readonly opened: Promise<void>;
  open(): void;
  fail(error: unknown): void;
}

export function gate(): Gate {
  let open: () => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const opened = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  // A launcher that has not asked yet hears of it when it does.
  opened.catch(() => undefined);
  return { opened, open, fail };
}
