import { type ChangeProblem, type EntityKind, toWords } from '@tollgate/schema';
import { definitionOf } from '../../aggregate/definitions.ts';
import { toEntityId } from '../../aggregate/entity.ts';
import type { Problems } from '../../change-set/change-request.ts';
import type { Touch } from '../../change-set/entity-effect.ts';
import { countHidden } from '../../change-set/naming.ts';
import { type Decision, decide } from '../decide.ts';
import { type Declared, linksOf } from '../declared.ts';
import { describeKnown } from '../describe-known.ts';
import type { EntityAction } from '../policy.ts';
import type { Principal } from '../principal.ts';
import { explainRefusal } from '../refusal.ts';
import { type Surroundings, toResource } from '../resource.ts';
import type { Place } from '../roles.ts';
import { canSee } from '../visible-ids.ts';

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
  const isHidden = ({ kind, name }: Touch): boolean => {
    const was = worlds.before.find(`${kind}:${name}`);
    return was !== undefined && !canSee(principal, was, worlds.before);
  };
  const named = touches.filter(({ cause }) => cause === 'requested');
  // What is not there takes nothing with it, so neither does what is answered as if it were not there.
  const isCascadeTold = !named.some(isHidden);
  const carried = touches.filter(({ cause }) => cause === 'prune' || (cause === 'cascade' && isCascadeTold));
  const hidden = carried.filter(isHidden).length;
  const told = [...named, ...carried.filter((touch) => !isHidden(touch))];
  return [
    ...told.flatMap((touch) => authorizeChange(principal, touch, worlds)),
    ...(hidden > 0 ? [refuseCarried(hidden)] : []),
  ];
}

/** What a prune or a cascade takes with it was not named by whoever asks, who may not know that it is there. */
function refuseCarried(count: number): ChangeProblem {
  const what = `to delete ${countHidden(count)} along with it`;
  return { code: 'forbidden', message: explainRefusal(what, PLATFORM_ADMIN) };
}

const PLATFORM_ADMIN: Decision = { kind: 'refused', needed: { role: 'platform-admin', on: 'platform' } };

function authorizeChange(principal: Principal, touch: Touch, { before, after }: ChangeWorlds): Problems {
  const was = before.find(`${touch.kind}:${touch.name}`);
  const willBe = touch.after && after.find(`${touch.kind}:${touch.name}`);
  const action = actionOf(touch.op);
  if (was && !canSee(principal, was, before)) return [refuseHidden(touch, action)];
  const resources = [
    ...(was ? [toResource(was, before)] : []),
    ...(willBe && action === 'put' ? [toResource(willBe, after)] : []),
  ];
  const refusal = resources
    .map((resource) => ({ resource, decision: decide(principal, action, resource) }))
    .find(({ decision }) => decision.kind !== 'allowed');
  if (refusal) {
    const { resource, decision } = refusal;
    return [forbid(touch, action, decision, (place) => describeKnown(principal, place, resource, before))];
  }
  return willBe ? checkReferences(principal, touch, { was, willBe, before }) : [];
}

const actionOf = (op: Touch['op']): EntityAction => (op === 'restore' ? 'put' : op);

/** The same words as for an entity that does not exist; but for a put, which would create it if it did not. */
function refuseHidden(touch: Touch, action: EntityAction): ChangeProblem {
  if (action === 'put') return forbid(touch, action, PLATFORM_ADMIN);
  const { kind, name } = touch;
  return { code: 'not_found', message: `there is no ${toWords(kind)} named ${name}`, kind, name };
}

function forbid(
  { kind, name }: Touch,
  action: EntityAction,
  decision: Decision,
  describe?: (place: Place) => string,
): ChangeProblem {
  const what = `to ${action} ${toWords(kind)} ${name}`;
  return { code: 'forbidden', message: explainRefusal(what, decision, describe), kind, name };
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
