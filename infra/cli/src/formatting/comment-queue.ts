import type { Comment } from './read-comments.ts';

/** The comments in the order of the text; each is taken once, by what it belongs to. */
export type CommentQueue = {
  /** Takes the next comment if there is one before the offset that is wanted. */
  take(before: number, isWanted: (comment: Comment) => boolean): Comment | undefined;
};

export function createCommentQueue(comments: readonly Comment[]): CommentQueue {
  let position = 0;
  return {
    take(before, isWanted) {
      const next = comments[position];
      if (next === undefined || next.offset >= before || !isWanted(next)) return undefined;
      position += 1;
      return next;
    },
  };
}

/** Takes comments as long as they are wanted. */
export function takeWhile(
  queue: CommentQueue,
  before: number,
  isWanted: (comment: Comment) => boolean,
): readonly Comment[] {
  const taken: Comment[] = [];
  for (let next = queue.take(before, isWanted); next !== undefined; next = queue.take(before, isWanted))
    taken.push(next);
  return taken;
}

/** Their texts, with an empty one for the blank line before each but the first. */
export function toLines(comments: readonly Comment[]): readonly string[] {
  return comments.flatMap(({ text, isAfterBlank }, index) => (isAfterBlank && index > 0 ? ['', text] : [text]));
}
