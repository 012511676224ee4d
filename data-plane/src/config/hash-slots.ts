const EMPTY = 0;
const REMOVED = 1;
const FIRST_ADDRESS = 2;
const CAPACITY_MIN = 1_024;

/**
 * Addresses by the hash of what lies there, in eight bytes for each slot and outside of the heap. Several may have the same hash; who
 * looks one up says which is meant.
 */
export type HashSlots = {
  add(hash: number, address: number): void;
  remove(hash: number, address: number): void;
  find(hash: number, isMeant: (address: number) => boolean): number | undefined;
  addresses(): Iterable<number>;
};

/** Open addressing with linear probing; between a third and two thirds of the slots are taken. Addresses are below 2³² - 2. */
export function createHashSlots(): HashSlots {
  let capacity = CAPACITY_MIN;
  let hashes = new Uint32Array(capacity);
  let values = new Uint32Array(capacity);
  let live = 0;
  /** With those that were removed, which lookups must pass over. */
  let taken = 0;

  function insert(hash: number, value: number): void {
    let slot = hash & (capacity - 1);
    while (values[slot] !== EMPTY) slot = (slot + 1) & (capacity - 1);
    hashes[slot] = hash;
    values[slot] = value;
  }

  function rebuild(): void {
    const [oldHashes, oldValues] = [hashes, values];
    while (capacity < 2 * live) capacity *= 2;
    hashes = new Uint32Array(capacity);
    values = new Uint32Array(capacity);
    taken = live;
    for (const [slot, value] of oldValues.entries()) if (value >= FIRST_ADDRESS) insert(oldHashes[slot] ?? 0, value);
  }

  /** The slots of this hash, as long as `visit` does not say that it has what it wants. */
  function probe(hash: number, visit: (slot: number, address: number) => boolean): void {
    let slot = hash & (capacity - 1);
    for (let value = values[slot]; value !== EMPTY && value !== undefined; value = values[slot]) {
      if (value >= FIRST_ADDRESS && hashes[slot] === hash && visit(slot, value - FIRST_ADDRESS)) return;
      slot = (slot + 1) & (capacity - 1);
    }
  }

  return {
    add(hash, address) {
      insert(hash, address + FIRST_ADDRESS);
      live += 1;
      taken += 1;
      if (3 * taken > 2 * capacity) rebuild();
    },
    remove(hash, address) {
      probe(hash, (slot, found) => {
        if (found !== address) return false;
        values[slot] = REMOVED;
        live -= 1;
        return true;
      });
    },
    find(hash, isMeant) {
      let meant: number | undefined;
      probe(hash, (_, address) => {
        if (!isMeant(address)) return false;
        meant = address;
        return true;
      });
      return meant;
    },
    *addresses() {
      for (const value of values) if (value >= FIRST_ADDRESS) yield value - FIRST_ADDRESS;
    },
  };
}

/** FNV-1a over the units of a text: 32 bits, without a sign. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
