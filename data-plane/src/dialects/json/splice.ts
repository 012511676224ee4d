import type { ObjectSpan } from './scan-members.ts';

/** Replaces the bytes from `start` to `end` (exclusive) by `text`. */
export type Edit = { readonly start: number; readonly end: number; readonly text: string };

/** Applies edits that are in order and do not overlap; without any it returns the very same buffer. */
export function splice(bytes: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return bytes;
  const parts: Buffer[] = [];
  let position = 0;
  for (const { start, end, text } of edits) {
    parts.push(bytes.subarray(position, start), Buffer.from(text));
    position = end;
  }
  parts.push(bytes.subarray(position));
  return Buffer.concat(parts);
}

/** Takes all members of that name out of an object, each with one of the commas beside it. */
export function removeMembers({ members, open, close }: ObjectSpan, key: string): Edit[] {
  const kept = members.filter((member) => member.key !== key);
  if (kept.length === members.length) return [];
  const edits: Edit[] = [];
  let hasKept = false;
  members.forEach((member, index) => {
    if (member.key !== key) {
      hasKept = true;
      return;
    }
    const next = members[index + 1];
    const before = members[index - 1];
    if (hasKept && before !== undefined) edits.push({ start: before.valueEnd, end: member.valueEnd, text: '' });
    else
      edits.push({ start: before === undefined ? open + 1 : member.keyStart, end: next?.keyStart ?? close, text: '' });
  });
  return edits;
}
