/** Work that is repeated while there is some, by one at a time. */
export interface Loop {
  /** Runs until there is no work; called while running it looks once more before it ends. Never rejects. */
  run(): Promise<void>;
  /** resolves when nothing runs */
  idle(): Promise<void>;
  running(): boolean;
}

/** `step` tells whether it did something, and never rejects. */
export function createLoop(step: () => Promise<boolean>): Loop {
  let current: Promise<void> | undefined;
  let again = false;

  async function work(): Promise<void> {
    do {
      again = false;
      while (await step());
    } while (again);
    current = undefined;
  }

  return {
    run: () => {
      again = true;
      current ??= work();
      return current;
    },
    idle: async () => current,
    running: () => current !== undefined,
  };
}
