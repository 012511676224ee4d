import type { VirtualKeyConfig } from '@tollgate/schema';
import type { KeyEntry } from './config-index.ts';
import { createHashSlots, hashText } from './hash-slots.ts';
import { createTextPages } from './text-pages.ts';

/** Keys that were asked for lately are kept as they were read; twice as many at the most. */
const REMEMBERED_MAX = 8_192;
/** Room of removed keys that is worth while to get back. */
const WASTE_BYTES_MIN = 1_048_576;

/** The virtual keys of a configuration, of which there may be a million while few are in use. */
export type KeyTable = {
  get(name: string): VirtualKeyConfig | undefined;
  /** The same object for the same key, as long as it is in use and no key was changed. */
  findBySecret(secretHash: string): KeyEntry | undefined;
  names(): Iterable<string>;
  entries(): Iterable<[string, VirtualKeyConfig]>;
  put(name: string, config: VirtualKeyConfig): void;
  remove(name: string): void;
};

/** A key lies in the pages as JSON, and is read when it is asked for: a third of the memory that a million objects take. */
export function createKeyTable(): KeyTable {
  let pages = createTextPages();
  let byName = createHashSlots();
  let bySecret = createHashSlots();
  let recent = new Map<string, KeyEntry>();
  let older = new Map<string, KeyEntry>();

  const read = (address: number) => JSON.parse(pages.get(address)) as [string, VirtualKeyConfig];
  const addressOf = (name: string) => byName.find(hashText(name), (address) => read(address)[0] === name);

  function forget(): void {
    if (recent.size > 0) recent = new Map();
    if (older.size > 0) older = new Map();
  }

  function remember(secretHash: string, entry: KeyEntry): KeyEntry {
    if (recent.size >= REMEMBERED_MAX) {
      older = recent;
      recent = new Map();
    }
    recent.set(secretHash, entry);
    return entry;
  }

  /** A secret may be one key's present one and an earlier one of others. */
  function findBySecret(secretHash: string): KeyEntry | undefined {
    let earlier: KeyEntry | undefined;
    const present = bySecret.find(hashText(secretHash), (address) => {
      const [name, config] = read(address);
      if (config.secretHash === secretHash) return true;
      const secret = config.previousSecrets?.find(({ hash }) => hash === secretHash);
      if (secret !== undefined) earlier ??= { name, config, untilMs: secret.untilMs };
      return false;
    });
    if (present === undefined) return earlier;
    const [name, config] = read(present);
    return { name, config };
  }

  function add(text: string, name: string, config: VirtualKeyConfig): void {
    const address = pages.put(text);
    byName.add(hashText(name), address);
    for (const hash of secretHashesOf(config)) bySecret.add(hashText(hash), address);
  }

  function remove(name: string): void {
    const address = addressOf(name);
    if (address === undefined) return;
    byName.remove(hashText(name), address);
    for (const hash of secretHashesOf(read(address)[1])) bySecret.remove(hashText(hash), address);
    pages.remove(address);
    forget();
    if (pages.wastedBytes() > Math.max(WASTE_BYTES_MIN, pages.usedBytes() / 2)) rebuild();
  }

  function rebuild(): void {
    const [oldPages, addresses] = [pages, [...byName.addresses()]];
    pages = createTextPages();
    byName = createHashSlots();
    bySecret = createHashSlots();
    for (const address of addresses) {
      const text = oldPages.get(address);
      const [name, config] = JSON.parse(text) as [string, VirtualKeyConfig];
      add(text, name, config);
    }
  }

  function* entries(): Generator<[string, VirtualKeyConfig]> {
    for (const address of byName.addresses()) yield read(address);
  }

  return {
    get(name) {
      const address = addressOf(name);
      return address === undefined ? undefined : read(address)[1];
    },
    findBySecret(secretHash) {
      const known = recent.get(secretHash);
      if (known !== undefined) return known;
      const found = older.get(secretHash) ?? findBySecret(secretHash);
      return found && remember(secretHash, found);
    },
    *names() {
      for (const [name] of entries()) yield name;
    },
    entries,
    put(name, config) {
      remove(name);
      forget();
      add(JSON.stringify([name, config]), name, config);
    },
    remove,
  };
}

const secretHashesOf = ({ secretHash, previousSecrets = [] }: VirtualKeyConfig): ReadonlySet<string> =>
  new Set([secretHash, ...previousSecrets.map(({ hash }) => hash)]);
