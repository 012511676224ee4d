import type { NodeConfigs, VirtualKeyConfig } from '@tollgate/schema';
import type { ConfigIndex, KeyEntry } from '../config/config-index.ts';
import { rememberByName } from '../remember-by-name.ts';
import { aliasChain } from '../routing/alias.ts';
import type { Method } from './authorize.ts';
import { createIpRanges } from './ip-ranges.ts';
import { matchesPattern } from './matches-pattern.ts';
import { type OwnPolicy, ownPolicyFor } from './own-policy.ts';
import { type Owner, type OwnerNames, ownerNamesOf, ownersOf } from './owners.ts';
import { type Rename, renamesFor } from './renames.ts';

/** What a key may do under one revision: within its own bounds and within those of all that it belongs to. */
export type KeyGrant = {
  /** Whoever is blocked of those it belongs to, such as `team search`. */
  readonly blockedOwner: string | undefined;
  /** To whom its usage is recorded. */
  readonly ownerNames: OwnerNames;
  /** Its own labels and those of its tenants. */
  readonly tags: readonly string[];
  /** Answers requests for models that it may not ask for; its customer's. */
  readonly defaultModel: string | undefined;
  /** Whether it may be answered by the model of this name, or by what an alias of this name stands for. */
  mayUse(model: string): boolean;
  /** Whether it may ask for this name, which may stand for another model than it does for others. */
  mayAsk(name: string): boolean;
  /** The name that its routing or its team's puts in the place of one; itself if none does. */
  standsFor(name: string): string;
  /** A name and all that it stands for in turn, when this key asks. */
  namesOf(name: string): readonly string[];
  /** The names that stand for others than they do for everybody. */
  renamed(): readonly string[];
  /** What holds for its requests in place of what models say; undefined if nothing does, as is the rule. */
  readonly ownPolicy: OwnPolicy | undefined;
  /** Finds the path out only if it matters; likewise the address. */
  allowsRoute(pathOf: () => string): boolean;
  allowsAddress(addressOf: () => string): boolean;
  /** Whether its type is for requests of this method. */
  allowsMethod(method: Method): boolean;
};

type Bounds = Pick<NodeConfigs['team'], 'models' | 'accessGroups'>;

/** What one of those that all have to allow a model allows; everything if it has no patterns. */
type Bound = { readonly of: 'key' | Owner['kind']; readonly patterns: readonly string[] | undefined };

/**
 * Whose bounds are within the reach of whoever declares a rename, so that the name that is asked for is enough for them. All others have to
 * allow what that leads to, or a team could give itself what its organization does not.
 */
const WITHIN_REACH: Readonly<Record<Rename['by'], readonly Bound['of'][]>> = Object.freeze({
  key: ['key'],
  team: ['key', 'project', 'team'],
});

/** A key with an owner whom this revision does not know may ask for nothing. */
export function compileGrant(index: ConfigIndex, { config }: KeyEntry): KeyGrant {
  const owners = ownersOf(index, config);
  const isComplete = owners.every((owner) => owner.config !== undefined);
  const bounds: readonly Bound[] = [
    { of: 'key', patterns: patternsOf(index, config) },
    ...owners.flatMap(({ kind: of, config: its }) => (its ? [{ of, patterns: patternsOf(index, its) }] : [])),
  ];
  const renames = renamesFor(config, owners);
  const ranges = config.allowedIps && createIpRanges(config.allowedIps);

  const allow = (namesFor: (bound: Bound) => readonly string[]): boolean =>
    isComplete && bounds.every((bound) => bound.patterns === undefined || matchesAny(bound.patterns, namesFor(bound)));

  const mayUse = rememberByName((model) => {
    const names = aliasChain(index, model);
    return allow(() => names);
  });

  function findWhetherMayAsk(name: string): boolean {
    const rename = renames?.of(name);
    if (rename === undefined) return mayUse(name);
    const names = aliasChain(index, rename.to);
    return allow(({ of }) => (WITHIN_REACH[rename.by].includes(of) ? [name, ...names] : names));
  }

  return {
    blockedOwner: nameOf(owners.find((owner) => owner.config?.blocked === true)),
    ownerNames: ownerNamesOf(owners),
    tags: [...new Set([...(config.tags ?? []), ...owners.flatMap(tagsOf)])],
    defaultModel: owners.flatMap((owner) => (owner.kind === 'customer' && owner.config?.defaultModel) || [])[0],
    mayUse,
    mayAsk: renames === undefined ? mayUse : rememberByName(findWhetherMayAsk),
    standsFor: (name) => renames?.of(name)?.to ?? name,
    namesOf(name) {
      const rename = renames?.of(name);
      return rename === undefined ? aliasChain(index, name) : [name, ...aliasChain(index, rename.to)];
    },
    renamed: () => renames?.names() ?? [],
    ownPolicy: ownPolicyFor(config, owners),
    allowsRoute: (pathOf) => {
      if (config.allowedRoutes === undefined) return true;
      const path = pathOf();
      return config.allowedRoutes.some((route) => matchesPattern(route, path));
    },
    allowsAddress: (addressOf) => ranges?.contain(addressOf()) ?? true,
    allowsMethod: (method) => allowsMethod(config.type, method),
  };
}

/** The models and wildcards within a bound; undefined if it does not bound them. */
function patternsOf(index: ConfigIndex, { models, accessGroups }: Bounds): readonly string[] | undefined {
  if (models === undefined && accessGroups === undefined) return undefined;
  const ofGroups = (accessGroups ?? []).flatMap((name) => index.get('access-group', name)?.models ?? []);
  return [...(models ?? []), ...ofGroups];
}

const matchesAny = (patterns: readonly string[], names: readonly string[]): boolean =>
  patterns.some((pattern) => names.some((name) => matchesPattern(pattern, name)));

const nameOf = (owner: Owner | undefined): string | undefined => owner && `${owner.kind} ${owner.name}`;

const tagsOf = ({ config }: Owner): readonly string[] =>
  (config !== undefined && 'tags' in config && config.tags) || [];

function allowsMethod(type: VirtualKeyConfig['type'], method: Method): boolean {
  switch (type) {
    case undefined:
    case 'inference':
      return true;
    case 'read-only':
      return method === 'get';
    case 'management':
      return false;
    default:
      return type satisfies never;
  }
}

/** Grants by key, compiled when first asked for and forgotten when the configuration changes. */
export type KeyGrants = { of(key: KeyEntry): KeyGrant; reset(): void };

export function createKeyGrants(index: () => ConfigIndex): KeyGrants {
  let compiled = new WeakMap<KeyEntry, KeyGrant>();
  return {
    of(key) {
      const known = compiled.get(key);
      if (known !== undefined) return known;
      const grant = compileGrant(index(), key);
      compiled.set(key, grant);
      return grant;
    },
    reset() {
      compiled = new WeakMap();
    },
  };
}
