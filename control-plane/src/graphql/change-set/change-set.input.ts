import { Field, InputType } from 'type-graphql';
import type { ChangeOrigin, RequestedChange } from '../../change-set/change-request.ts';
import { ModelInput } from '../../model/model.type.ts';
import { ProviderInput } from '../../provider/provider.type.ts';
import { TeamInput } from '../../team/team.type.ts';
import { VirtualKeyInput } from '../../virtual-key/virtual-key.type.ts';
import { ChangeSourceEnum, EntityKindEnum } from '../enums.ts';
import { RevisionScalar } from '../scalars.ts';

type Kind = (typeof EntityKindEnum)[keyof typeof EntityKindEnum];

@InputType()
abstract class NamedInput {
  @Field(() => String, { description: 'The name of the entity.' })
  readonly name!: string;
}

@InputType({ description: 'Creates a provider, or makes it exactly this.' })
class PutProviderInput extends NamedInput {
  @Field(() => ProviderInput, { description: 'What is declared.' })
  readonly spec!: ProviderInput;
}

@InputType({ description: 'Creates a model, or makes it exactly this.' })
class PutModelInput extends NamedInput {
  @Field(() => ModelInput, { description: 'What is declared.' })
  readonly spec!: ModelInput;
}

@InputType({ description: 'Creates a team, or makes it exactly this.' })
class PutTeamInput extends NamedInput {
  @Field(() => TeamInput, { description: 'What is declared.' })
  readonly spec!: TeamInput;
}

@InputType({ description: 'Creates a virtual key, or makes it exactly this. Whether it is blocked stays as it is.' })
class PutVirtualKeyInput extends NamedInput {
  @Field(() => VirtualKeyInput, { description: 'What is declared.' })
  readonly spec!: VirtualKeyInput;
}

@InputType({ description: 'Deletes an entity that no other refers to.' })
class DeleteInput extends NamedInput {
  @Field(() => EntityKindEnum, { description: 'The kind of the entity.' })
  readonly kind!: Kind;
}

@InputType({ description: 'Names a virtual key.' })
class VirtualKeyNameInput extends NamedInput {}

@InputType({ description: 'One change; exactly one field is set.' })
export class ChangeInput {
  @Field(() => PutProviderInput, { nullable: true, description: 'Creates or changes a provider.' })
  readonly putProvider?: PutProviderInput | null;
  @Field(() => PutModelInput, { nullable: true, description: 'Creates or changes a model.' })
  readonly putModel?: PutModelInput | null;
  @Field(() => PutTeamInput, { nullable: true, description: 'Creates or changes a team.' })
  readonly putTeam?: PutTeamInput | null;
  @Field(() => PutVirtualKeyInput, { nullable: true, description: 'Creates or changes a virtual key.' })
  readonly putVirtualKey?: PutVirtualKeyInput | null;
  @Field(() => DeleteInput, { nullable: true, description: 'Deletes an entity.' })
  readonly delete?: DeleteInput | null;
  @Field(() => VirtualKeyNameInput, { nullable: true, description: 'Refuses a virtual key from now on.' })
  readonly blockVirtualKey?: VirtualKeyNameInput | null;
  @Field(() => VirtualKeyNameInput, { nullable: true, description: 'Takes a blocked virtual key again.' })
  readonly unblockVirtualKey?: VirtualKeyNameInput | null;
}

@InputType({ description: 'Changes that are validated as a whole and committed together or not at all.' })
export class ChangeSetInput {
  @Field(() => [ChangeInput], { description: 'At most 10,000, one per entity.' })
  readonly changes!: readonly ChangeInput[];
  @Field(() => RevisionScalar, {
    nullable: true,
    description: 'Refuses the change set if this is no longer the current revision.',
  })
  readonly expectedRevision?: number | null;
  @Field(() => String, { nullable: true, description: 'Why, for the history.' })
  readonly reason?: string | null;
  @Field(() => ChangeSourceEnum, { defaultValue: ChangeSourceEnum.API, description: 'What it was made through.' })
  readonly source!: ChangeOrigin['source'];
}

/** @returns undefined unless exactly one field is set */
export function toRequestedChange(input: ChangeInput): RequestedChange | undefined {
  const { putProvider, putModel, putTeam, putVirtualKey, blockVirtualKey, unblockVirtualKey } = input;
  const changes: readonly (RequestedChange | null | undefined)[] = [
    putProvider && toPut('provider', putProvider),
    putModel && toPut('model', putModel),
    putTeam && toPut('team', putTeam),
    putVirtualKey && toPut('virtual-key', putVirtualKey),
    input.delete && { op: 'delete', kind: input.delete.kind, name: input.delete.name },
    blockVirtualKey && { op: 'block', kind: 'virtual-key', name: blockVirtualKey.name },
    unblockVirtualKey && { op: 'unblock', kind: 'virtual-key', name: unblockVirtualKey.name },
  ];
  const given = changes.filter((change) => change !== null && change !== undefined);
  return given.length === 1 ? given[0] : undefined;
}

type Put = { readonly name: string; readonly spec: object };

const toPut = (kind: Kind, { name, spec }: Put): RequestedChange => ({ op: 'put', kind, name, declaration: spec });
