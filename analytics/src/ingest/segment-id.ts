export type SegmentId = { readonly nodeId: string; readonly bootId: string; readonly number: number };

/** The longest id of a segment; it goes into a header, a token and a sorting key. */
export const SEGMENT_ID_LENGTH_MAX = 256;
export const SEGMENT_ID_FORM = '<node id>.<boot id>.<number>, printable ASCII without blanks, at most 256 characters';

const SEGMENT_ID = /^([\x21-\x7e]+)\.([\x21-\x2d\x2f-\x7e]+)\.(\d{1,15})$/;

/** Reads `<node id>.<boot id>.<number>`; only the node id may hold dots. @returns undefined if it is no such id. */
export function parseSegmentId(text: string): SegmentId | undefined {
  const match = text.length <= SEGMENT_ID_LENGTH_MAX ? SEGMENT_ID.exec(text) : null;
  const [, nodeId, bootId, number] = match ?? [];
  if (nodeId === undefined || bootId === undefined) return undefined;
  return { nodeId, bootId, number: Number(number) };
}
