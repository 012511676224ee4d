import { type ChangeProblem, type EntityKind, toWords } from '@tollgate/schema';
import { definitionOf } from '../../aggregate/definitions.ts';
import { toEntityId } from '../../aggregate/entity.ts';
import type { Problems } from '../../change-set/change-request.ts';
import type { Touch } from '../../change-set/entity-effect.ts';
import { type Decision, decide } from '../decide.ts';
import { type Declared, linksOf } from '../declared.ts';
import type { EntityAction } from '../policy.ts';
import type { Principal } from '../principal.ts';
import { explainRefusal } from '../refusal.ts';
import { type Surroundings, toResource } from '../resource.ts';
import { tokenScopes } from '../scopes.ts';

export type ChangeWorlds = {
  readonly before: Surroundings;
  /** As it would be after the whole change set. */
  readonly after: Surroundings;
};

/**
 * What of a change set somebody may not do. Each change is decided on what the entity belonged to and on what it will
 * belong to. Somebody who may not see an entity gets the answer that there is none, and may not refer to it. Pure.
 */
export function authorizeChanges(principal: Principal, touches: readonly Touch[], worlds: ChangeWorlds): Problems {
  return touches.flatMap((touch) => authorizeChange(principal, touch, worlds));
}

function authorizeChange(principal: Principal, touch: Touch, { before, after }: ChangeWorlds): Problems {
  const was = before.find(`${touch.kind}:${touch.name}`);
  const willBe = touch.after && after.find(`${touch.kind}:${touch.name}`);
  const action = actionOf(touch.op);
  if (was && !canSee(principal, was, before)) return [refuseHidden(touch, action)];
  const decisions = [
    was && decide(principal, action, toResource(was, before)),
    willBe && action === 'put' && decide(principal, 'put', toResource(willBe, after)),
  ];
  const refusal = decisions.find((decision) => decision && decision.kind !== 'allowed');
  if (refusal) return [forbid(touch, action, refusal)];
  return willBe ? checkReferences(principal, touch, { was, willBe, before }) : [];
}

const actionOf = (op: Touch['op']): EntityAction => (op === 'restore' ? 'put' : op);

/** By roles alone: a token that may only write still names what its account sees. */
const canSee = (principal: Principal, declared: Declared, around: Surroundings): boolean =>
  decide({ ...principal, scopes: tokenScopes }, 'read', toResource(declared, around)).kind === 'allowed';

/** The same words as for an entity that does not exist; but for a put, which would create it if it did not. */
function refuseHidden(touch: Touch, action: EntityAction): ChangeProblem {
  if (action === 'put') {
    return forbid(touch, action, { kind: 'refused', needed: { role: 'platform-admin', on: 'platform' } });
  }
  const { kind, name } = touch;
  return { code: 'not_found', message: `there is no ${toWords(kind)} named ${name}`, kind, name };
}

function forbid({ kind, name }: Touch, action: EntityAction, decision: Decision): ChangeProblem {
  const what = `to ${action} ${toWords(kind)} ${name}`;
  return { code: 'forbidden', message: explainRefusal(what, decision), kind, name };
}

type Change = { readonly was: Declared | undefined; readonly willBe: Declared; readonly before: Surroundings };

/**
 * New references only: an admin may have set one that whoever changes another field cannot see. Models are named without
 * being there, so naming one says nothing.
 */
function checkReferences(principal: Principal, { kind, name }: Touch, { was, willBe, before }: Change): Problems {
  const old = was ? linksOf(was).refs : [];
  return definitionOf<EntityKind>(kind)
    .references(willBe.spec)
    .filter((reference) => !reference.soft && !old.includes(toEntityId(reference.kind, reference.name)))
    .filter((reference) => {
      const target = before.find(toEntityId(reference.kind, reference.name));
      return target !== undefined && !canSee(principal, target, before);
    })
    .map((reference) => {
      const message = `there is no ${toWords(reference.kind)} named ${reference.name}`;
      return { code: 'unknown_reference', message, kind, name, path: reference.path };
    });
}
