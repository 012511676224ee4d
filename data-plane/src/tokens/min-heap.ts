/** Numbers, of which the lowest comes first. */
export type MinHeap = {
  push(value: number): void;
  /** Takes out the lowest; undefined if there is none. */
  pop(): number | undefined;
};

/** A binary heap in one typed array, which grows as it must and is kept. */
export function createMinHeap(): MinHeap {
  let values = new Float64Array(64);
  let size = 0;
  const at = (index: number): number => values[index] ?? Number.POSITIVE_INFINITY;

  return {
    push(value) {
      if (size === values.length) {
        const grown = new Float64Array(size * 2);
        grown.set(values);
        values = grown;
      }
      let index = size;
      size += 1;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (at(parent) <= value) break;
        values[index] = at(parent);
        index = parent;
      }
      values[index] = value;
    },
    pop() {
      if (size === 0) return undefined;
      const lowest = at(0);
      size -= 1;
      const moved = at(size);
      let index = 0;
      for (let child = 1; child < size; child = 2 * index + 1) {
        if (child + 1 < size && at(child + 1) < at(child)) child += 1;
        if (at(child) >= moved) break;
        values[index] = at(child);
        index = child;
      }
      values[index] = moved;
      return lowest;
    },
  };
}
