import { type GrantMessage, LEASE_ITEMS_MAX, LEASE_SILENCE_MS_MAX, type LeaseMessage } from '@tollgate/schema';
import type { Holding } from './holding.ts';

/** The way to the quota authority; `send` says whether the message could be sent. */
export type LeaseLink = { send(message: LeaseMessage): boolean };

/** What the first of the requests that wait would reserve of a quota, and all of them together. */
export type Missing = { first: number; all: number };

/** The conversation with the authority: one question at a time is under way. */
export type LeaseQuestions = {
  /** Whether a question is under way; one that was not answered in time is none any more. */
  isAsking(nowMs: number): boolean;
  /** Whether it is time to say something, if there is anything to say or not. */
  isSilent(nowMs: number): boolean;
  /**
   * Puts a question, with as much as one message holds. None may be under way.
   * @returns false if nobody can be asked
   */
  ask(about: ReadonlyMap<Holding, Missing>, nowMs: number): boolean;
  /** Takes the answer in. @returns when the question was sent; undefined if this answers another question than the last */
  answered(message: GrantMessage): number | undefined;
  /** What was asked will not be answered. */
  lost(): void;
};

/** A question that was not answered in this time is lost. */
const ANSWER_TIMEOUT_MS = 1_000;

type Question = { readonly seq: number; readonly atMs: number; readonly holdings: ReadonlyMap<string, Holding> };

export function createLeaseQuestions(holder: string, link: LeaseLink): LeaseQuestions {
  let seq = 0;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asked: Question | undefined;

  /** What was told in it may not have been heard, so it is told again. */
  function lost(): void {
    if (asked !== undefined) for (const holding of asked.holdings.values()) holding.untold();
    asked = undefined;
  }

  return {
    isAsking(nowMs) {
      if (asked !== undefined && nowMs - asked.atMs >= ANSWER_TIMEOUT_MS) lost();
      return asked !== undefined;
    },
    isSilent: (nowMs) => nowMs - askedAtMs >= LEASE_SILENCE_MS_MAX,
    ask(about, nowMs) {
      seq += 1;
      askedAtMs = nowMs;
      const all = [...about].slice(0, LEASE_ITEMS_MAX);
      const items = all.map(([holding, missing]) => holding.report(nowMs, missing));
      asked = { seq, atMs: nowMs, holdings: new Map(all.map(([holding]) => [holding.id, holding])) };
      if (link.send({ type: 'lease', holder, seq, items })) return true;
      lost();
      return false;
    },
    answered(message) {
      if (asked === undefined || message.holder !== holder || message.seq !== asked.seq) return undefined;
      const { atMs, holdings } = asked;
      asked = undefined;
      for (const item of message.items) holdings.get(item.quota)?.apply(item, atMs);
      for (const id of message.gone) holdings.get(id)?.gone();
      return atMs;
    },
    lost,
  };
}
