/** Bounds the memory that the bodies of all requests in flight take together. */
export type BodyBudget = { reserve(bytes: number): boolean; release(bytes: number): void };

export function createBodyBudget(bytesMax: number): BodyBudget {
  let reserved = 0;
  return {
    reserve(bytes) {
      if (reserved + bytes > bytesMax) return false;
      reserved += bytes;
      return true;
    },
    release(bytes) {
      reserved -= bytes;
    },
  };
}
