const UNIT_BYTES = 8;
const PAGE_BYTES = 1_048_576;
const UNITS_PER_PAGE = PAGE_BYTES / UNIT_BYTES;
const LENGTH_BYTES = 4;

/** Texts as UTF-8 in pages outside of the heap, where a million of them are nothing to the garbage collector. */
export type TextPages = {
  /** @returns the text's address, a whole number below 2³² for up to 32 GiB */
  put(text: string): number;
  get(address: number): string;
  /** The room of what was removed is not used again; `wastedBytes` says how much there is of it. */
  remove(address: number): void;
  usedBytes(): number;
  wastedBytes(): number;
};

export function createTextPages(): TextPages {
  const pages: Buffer[] = [];
  /** Within the last page; a text that no page has room for gets one of its own. */
  let next = PAGE_BYTES;
  let usedBytes = 0;
  let wastedBytes = 0;

  const at = (address: number) => ({
    page: pages[Math.floor(address / UNITS_PER_PAGE)] as Buffer,
    offset: (address % UNITS_PER_PAGE) * UNIT_BYTES,
  });
  const roomOf = (bytes: number) => Math.ceil((LENGTH_BYTES + bytes) / UNIT_BYTES) * UNIT_BYTES;

  return {
    put(text) {
      const bytes = Buffer.byteLength(text);
      const room = roomOf(bytes);
      if (next + room > PAGE_BYTES) {
        pages.push(Buffer.allocUnsafeSlow(Math.max(PAGE_BYTES, room)));
        next = 0;
      }
      const address = (pages.length - 1) * UNITS_PER_PAGE + next / UNIT_BYTES;
      const { page, offset } = at(address);
      page.writeUInt32LE(bytes, offset);
      page.write(text, offset + LENGTH_BYTES);
      next += room;
      usedBytes += room;
      return address;
    },
    get(address) {
      const { page, offset } = at(address);
      const begin = offset + LENGTH_BYTES;
      return page.toString('utf8', begin, begin + page.readUInt32LE(offset));
    },
    remove(address) {
      const { page, offset } = at(address);
      wastedBytes += roomOf(page.readUInt32LE(offset));
    },
    usedBytes: () => usedBytes,
    wastedBytes: () => wastedBytes,
  };
}
