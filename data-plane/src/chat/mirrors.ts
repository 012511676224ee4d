import type { Caller } from '../admission/authorize.ts';
import type { BodyBudget } from '../http/body-budget.ts';
import { NO_RESPONSE } from '../http/no-response.ts';
import type { Router } from '../routing/router.ts';
import { admitTo } from './admit.ts';
import type { AnswerDeps } from './answer.ts';
import type { Asking } from './asking.ts';
import { type Exchange, nowUs } from './exchange.ts';

/** Why no copy was sent: the node had no room for it, the quotas had none, or the other model could not be called. */
export const mirrorSkips = Object.freeze(['busy', 'no_quota', 'unusable'] as const);
export type MirrorSkip = (typeof mirrorSkips)[number];

export type MirrorDeps = Pick<AnswerDeps, 'dialectOf' | 'random' | 'onFailure'> & {
  readonly router: Router;
  /** Whether the node can take another request, besides so many copies that are under way. */
  readonly hasRoom: (mirrorsInFlight: number) => boolean;
  readonly bodyBudget: BodyBudget;
  readonly onMirrorSkipped: (model: string, why: MirrorSkip) => void;
};

export type Mirrors = {
  /** Sends a copy of a request that was admitted to another model, if its model says so, for the share that it says. Never throws. */
  copy(original: Exchange, caller: Caller): void;
  inFlight(): number;
  /** Nothing more is sent; what runs is not the business of this. */
  close(): void;
};

/** The operator decides where copies go, whatever the key may use. */
const ANY_MODEL = (): boolean => true;

/**
 * Copies of requests for other models, whose answers are dropped. They are exchanges of their own, with ids, quotas and records, begun once
 * their original is under way; nothing of them leads back to it. A copy that finds no room is dropped and counted.
 * @param start lets a request through its quotas and answers it
 */
export function createMirrors(deps: MirrorDeps, start: (asking: Asking, onRefused: () => void) => void): Mirrors {
  let inFlight = 0;
  let isClosed = false;
  // Closed, no copy passes its quotas any more: a client that is gone is not answered.
  const response = { ...NO_RESPONSE, isGone: () => isClosed };

  function send(model: string, original: Exchange, caller: Caller, onOver: () => void): void {
    const { id: mirrorOf, chat, customer, request } = original;
    const skip = (why: MirrorSkip) => {
      deps.onMirrorSkipped(model, why);
      onOver();
    };
    try {
      const arrivedUs = nowUs();
      const asked = deps.router.resolveFor(model, caller.grant.tags);
      const choosing = {
        request: { ...request, requested: model },
        mayUse: ANY_MODEL,
        random: deps.random(),
        nowMs: arrivedUs / 1_000,
      };
      const admission = asked && admitTo(deps.dialectOf, asked, choosing, model);
      if (!admission?.ok) return skip('unusable');
      const { admitted } = admission;
      const asking = { caller, chat, customer, admitted, arrivedUs, startedAtMs: Date.now(), mayUse: ANY_MODEL };
      start({ ...asking, response, mirrorOf, onOver }, () => skip('no_quota'));
    } catch (error) {
      deps.onFailure(error);
      skip('unusable');
    }
  }

  return {
    copy(original, caller) {
      const { mirror } = original.asked;
      if (mirror === undefined || original.mirrorOf !== undefined) return;
      if (deps.random() * 100 >= mirror.percent) return;
      const { model } = mirror;
      const { length } = original.chat.bytes;
      if (!deps.hasRoom(inFlight) || !deps.bodyBudget.reserve(length)) return deps.onMirrorSkipped(model, 'busy');
      inFlight += 1;
      let isOver = false;
      // Later, so that whatever it takes the original has been sent.
      setImmediate(send, model, original, caller, () => {
        if (isOver) return;
        isOver = true;
        inFlight -= 1;
        deps.bodyBudget.release(length);
      });
    },
    inFlight: () => inFlight,
    close() {
      isClosed = true;
    },
  };
}
