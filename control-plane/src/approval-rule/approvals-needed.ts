import type { Specs } from '@tollgate/schema';
import { type EntityId, toEntityId } from '../aggregate/entity.ts';
import type { EntityEffect } from '../change-set/entity-effect.ts';
import { type FoundProblems, listNames, naming } from '../change-set/naming.ts';
import { isDeclaring } from '../change-set/planned-command.ts';

export type ApprovalRule = { readonly name: string } & Specs['approval-rule'];

/** What has to be approved by others than who proposed it. */
export type ApprovalsNeeded = {
  /** 0 if no rule asks for any. */
  readonly count: number;
  /** The names of the rules that ask for it. */
  readonly rules: readonly string[];
};

/** As much of an effect as rules look at. */
export type RuledEffect = Pick<EntityEffect, 'id' | 'kind' | 'name' | 'op'>;

/**
 * How many approvals a change set needs: as many as the strictest rule that is about something in it. Rules are those that
 * hold before it, and each is about itself as well, so that none goes without the approval it asks for. Acts of
 * operation, such as blocking a key, must not wait. Pure.
 * @param belongsTo whether an entity is an organization or belongs to it, before or after the change set
 */
export function findApprovalsNeeded(
  rules: readonly ApprovalRule[],
  effects: readonly RuledEffect[],
  belongsTo: (id: EntityId, organization: string) => boolean,
): ApprovalsNeeded {
  const declared = effects.filter(({ op }) => isDeclaring(op));
  const concerned = rules.filter((rule) => declared.some((effect) => isAbout(rule, effect, belongsTo)));
  return {
    count: Math.max(0, ...concerned.map(({ approvals }) => approvals ?? 1)),
    rules: concerned.map(({ name }) => name),
  };
}

function isAbout(
  { name, kinds, organization }: ApprovalRule,
  effect: RuledEffect,
  belongsTo: (id: EntityId, organization: string) => boolean,
): boolean {
  if (effect.kind === 'approval-rule' && effect.name === name) return true;
  if (kinds && !kinds.includes(effect.kind)) return false;
  return organization === undefined || belongsTo(effect.id, organization);
}

export const toRuleId = (name: string): EntityId => toEntityId('approval-rule', name);

/** @param given how many others approved already */
export function checkApprovals({ count, rules }: ApprovalsNeeded, given: number): FoundProblems {
  if (given >= count) return [];
  const ids = rules.map(toRuleId);
  const many = count === 1 ? '1 approval' : `${count} approvals`;
  const tell = (visible: readonly EntityId[]) =>
    `${many} by others than who proposes it ${count === 1 ? 'is' : 'are'} asked for by ${listNames(ids, visible)}, and there ` +
    `${given === 1 ? 'is' : 'are'} ${given === 0 ? 'none' : given}; propose it as a draft and let it be approved`;
  return [naming({ code: 'approval_required' }, ids, tell)];
}
