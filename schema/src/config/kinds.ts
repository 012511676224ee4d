import type { ModelSpec } from './model.ts';
import { modelSpec } from './model.ts';
import { entityName, modelName } from './name.ts';
import type { ProviderDeclaration, ProviderSpec } from './provider.ts';
import { providerDeclaration } from './provider.ts';
import type { TeamSpec } from './team.ts';
import { teamSpec } from './team.ts';
import type { VirtualKeyDeclaration, VirtualKeySpec } from './virtual-key.ts';
import { virtualKeyDeclaration } from './virtual-key.ts';

/** Every kind of entity, in an order in which references point backwards. */
export const entityKinds = ['provider', 'model', 'team', 'virtual-key'] as const;
export type EntityKind = (typeof entityKinds)[number];

/** What a client declares of an entity: secrets in the clear. */
export type Declarations = {
  readonly provider: ProviderDeclaration;
  readonly model: ModelSpec;
  readonly team: TeamSpec;
  readonly 'virtual-key': VirtualKeyDeclaration;
};

/** What is stored of an entity: exactly what was declared, secrets sealed or hashed. */
export type Specs = {
  readonly provider: ProviderSpec;
  readonly model: ModelSpec;
  readonly team: TeamSpec;
  readonly 'virtual-key': VirtualKeySpec;
};

export const declarationSchemas = Object.freeze({
  provider: providerDeclaration,
  model: modelSpec,
  team: teamSpec,
  'virtual-key': virtualKeyDeclaration,
});

export const nameSchemas = Object.freeze({
  provider: entityName,
  model: modelName,
  team: entityName,
  'virtual-key': entityName,
});
