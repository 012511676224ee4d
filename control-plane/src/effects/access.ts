import type { EntityId } from '../aggregate/entity.ts';
import { type Limit, limitsIn } from './limits.ts';
import { type Allowance, intersectPatterns, toPatternSet } from './model-patterns.ts';
import { chainOf, type Declared, GROUP_KINDS, LIMIT_KINDS, targetsOf, type World } from './world.ts';

export type Obstacle = { readonly by: EntityId; readonly what: string };

/** What a key, or whoever holds keys, may do. */
export type Access = {
  /** Names and wildcards that it may ask for and that lead to a model. */
  readonly models: readonly string[];
  /** Why it can do nothing at all: what it is or belongs to, and what is with that, such as `is blocked`. */
  readonly obstacle: Obstacle | undefined;
  /** The limits that bind it, by what they are set on: itself, its team, its organization … */
  readonly limits: ReadonlyMap<EntityId, readonly Limit[]>;
};

/** Tells what entities of one world may do. Keys are many and teams are few, so what models come to is kept by what allows them. */
export function createAccess(world: World, nowMs: number): (id: EntityId) => Access {
  const modelsByAllowances = new Map<string, readonly string[]>();
  const publicNames = toPatternSet([...world.publicNames]);
  const limitsByTarget = collectLimits(world);
  return (id) => {
    const chain = chainOf(world, id);
    return {
      models: modelsOf(chain),
      obstacle: findObstacle(world, chain, nowMs),
      limits: new Map(chain.flatMap((link) => limitsOf(link))),
    };
  };

  function modelsOf(chain: readonly EntityId[]): readonly string[] {
    const allowances = chain.map((link) => allowanceOf(world, link)).filter((list) => list !== undefined);
    const text = JSON.stringify(allowances);
    const known = modelsByAllowances.get(text) ?? intersectPatterns([publicNames, ...allowances.map(toPatternSet)]);
    modelsByAllowances.set(text, known);
    return known;
  }

  function limitsOf(id: EntityId): readonly (readonly [EntityId, readonly Limit[]])[] {
    const limits = [...limitsIn(world.entities.get(id)?.state.spec), ...(limitsByTarget.get(id) ?? [])];
    return limits.length > 0 ? [[id, limits]] : [];
  }
}

/** A list of models and the access groups beside it add up; neither stands for no restriction. */
function allowanceOf(world: World, id: EntityId): Allowance {
  const entity = world.entities.get(id);
  if (!entity) return undefined;
  const groups = targetsOf(entity, GROUP_KINDS).map((group) => listIn(world.entities.get(group), 'models') ?? []);
  const lists = [listIn(entity, 'models'), ...groups].filter((list) => list !== undefined);
  return lists.length > 0 ? lists.flat() : undefined;
}

function listIn(entity: Declared | undefined, field: string): Allowance {
  const value = entity && (entity.state.spec as Readonly<Record<string, unknown>>)[field];
  return Array.isArray(value) ? value.map(String) : undefined;
}

/** The references of a limit are what it limits. */
function collectLimits({ entities }: World): ReadonlyMap<EntityId, readonly Limit[]> {
  const found = new Map<EntityId, Limit[]>();
  for (const entity of entities.values()) {
    if (!LIMIT_KINDS.has(entity.kind)) continue;
    for (const target of targetsOf(entity)) {
      found.set(target, [...(found.get(target) ?? []), ...limitsIn(entity.state.spec)]);
    }
  }
  return found;
}

function findObstacle(world: World, chain: readonly EntityId[], nowMs: number): Obstacle | undefined {
  for (const by of chain) {
    const what = whatIsWith(world.entities.get(by), nowMs);
    if (what !== undefined) return { by, what };
  }
  return undefined;
}

function whatIsWith(entity: Declared | undefined, nowMs: number): string | undefined {
  if (!entity) return 'is deleted';
  if (entity.state.blocked) return 'is blocked';
  const { expiresAt } = entity.state.spec as { readonly expiresAt?: unknown };
  return typeof expiresAt === 'string' && Date.parse(expiresAt) <= nowMs ? 'has expired' : undefined;
}
