/** Questions and answers over a channel of messages, told apart by their numbers. */
export type Questions = {
  /** @returns the answer, or undefined if none comes in time */
  ask<Answer>(send: (id: number) => void): Promise<Answer | undefined>;
  answered(id: number, value: unknown): void;
};

export function createQuestions(timeoutMs: number): Questions {
  const open = new Map<number, (value: unknown) => void>();
  let lastId = 0;
  return {
    ask<Answer>(send: (id: number) => void) {
      lastId += 1;
      const id = lastId;
      return new Promise<Answer | undefined>((resolve) => {
        const settle = (value: unknown) => {
          clearTimeout(timer);
          open.delete(id);
          // Both ends are of the same build, and a question's answer is of the type that belongs to it.
          resolve(value as Answer | undefined);
        };
        const timer = setTimeout(settle, timeoutMs, undefined);
        open.set(id, settle);
        send(id);
      });
    },
    answered: (id, value) => open.get(id)?.(value),
  };
}
