import { hasKey, type ObjectSpan } from './scan-members.ts';

/** Replaces the bytes from `start` to `end` (exclusive) by `text`. */
export type Edit = { readonly start: number; readonly end: number; readonly text: string };

/** Applies edits that are in order and do not overlap; without any it returns the very same buffer. */
export function splice(bytes: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return bytes;
  let length = bytes.length;
  for (const { start, end, text } of edits) length += Buffer.byteLength(text) - (end - start);
  const spliced = Buffer.allocUnsafe(length);
  let read = 0;
  let written = 0;
  for (const { start, end, text } of edits) {
    written += bytes.copy(spliced, written, read, start);
    if (text !== '') written += spliced.write(text, written);
    read = end;
  }
  bytes.copy(spliced, written, read);
  return spliced;
}

/** Takes all members of that name out of an object, each with one of the commas beside it. */
export function removeMembers(bytes: Buffer, { members, open, close }: ObjectSpan, key: string): Edit[] {
  const edits: Edit[] = [];
  let hasKept = false;
  for (const [index, member] of members.entries()) {
    if (!hasKey(bytes, member, key)) {
      hasKept = true;
      continue;
    }
    const before = members[index - 1];
    const next = members[index + 1];
    if (hasKept && before !== undefined) edits.push({ start: before.valueEnd, end: member.valueEnd, text: '' });
    else edits.push({ start: index === 0 ? open + 1 : member.keyStart, end: next?.keyStart ?? close, text: '' });
  }
  return edits;
}
