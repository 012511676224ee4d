import {
  type BlockableKind,
  blockableKinds,
  type EntityKind,
  entityKinds,
  type PersonalKind,
  personalKinds,
  toWords,
} from '@tollgate/schema';
import { type ClassType, Field, InputType, Int } from 'type-graphql';
import type { RequestedChange } from '../../change-set/change-request.ts';
import { namesOf } from '../entity/entity-names.ts';
import { specInputs } from '../entity/entity-types.ts';
import { HashedSecretInput } from '../entity/secret.type.ts';
import { EntityKindEnum } from '../enums.ts';
import { toPlain } from '../plain-input.ts';
import { JsonScalar } from '../scalars.ts';

@InputType({ description: 'Names an entity of a kind that is known.' })
class NamedInput {
  @Field(() => String, { description: 'The name of the entity.' })
  readonly name!: string;
  @Field(() => Int, {
    nullable: true,
    description: 'Refuses the change set if the entity is not at this version; 0 means that there must be none.',
  })
  readonly expectedVersion?: number | null;
}

@InputType({ description: 'Creates an entity of any kind, or makes it exactly this.' })
class PutInput extends NamedInput {
  @Field(() => EntityKindEnum, { description: 'The kind of the entity.' })
  readonly kind!: EntityKind;
  @Field(() => JsonScalar, { description: 'What is declared, as a config document writes it; of a secret the value.' })
  readonly spec!: unknown;
}

@InputType({ description: 'Deletes an entity.' })
class DeleteInput extends NamedInput {
  @Field(() => EntityKindEnum, { description: 'The kind of the entity.' })
  readonly kind!: EntityKind;
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Deletes what uses it too, and what uses that. Otherwise an entity that is used is not deleted.',
  })
  readonly cascade!: boolean;
}

@InputType({ description: 'Gives a virtual key another secret.' })
class RotateVirtualKeyInput extends NamedInput {
  @Field(() => String, {
    nullable: true,
    description: 'How long the secret before is still taken, such as `24h`; left out, not at all.',
  })
  readonly grace?: string | null;
  @Field(() => HashedSecretInput, {
    nullable: true,
    description: 'The new secret; left out, one is made and shown once.',
  })
  readonly secret?: HashedSecretInput | null;
}

/** A change by its field in `ChangeInput`. What is given is of the field's type, which the table cannot say. */
type ChangeField = {
  readonly field: string;
  readonly type: ClassType<NamedInput>;
  readonly description: string;
  toChange(given: never): RequestedChange;
};

type TypedPut = NamedInput & { readonly spec: unknown };

const changeFields: readonly ChangeField[] = [
  {
    field: 'put',
    type: PutInput,
    description: 'Creates or changes an entity of any kind.',
    toChange: (given: PutInput) => toPut(given.kind, given),
  },
  {
    field: 'delete',
    type: DeleteInput,
    description: 'Deletes an entity of any kind.',
    toChange: ({ kind, cascade, ...given }: DeleteInput) => ({ op: 'delete', kind, ...toTarget(given), cascade }),
  },
  ...entityKinds.map((kind) => ({
    field: `put${namesOf(kind).type}`,
    type: createPutInput(kind),
    description: `Creates or changes: ${toWords(kind)}.`,
    toChange: (given: TypedPut) => toPut(kind, given),
  })),
  ...blockableKinds.flatMap((kind) => [toBlockField('block', kind), toBlockField('unblock', kind)]),
  ...personalKinds.map(toEraseField),
  {
    field: 'rotateVirtualKey',
    type: RotateVirtualKeyInput,
    description: 'Gives a virtual key another secret.',
    toChange: ({ grace, secret, ...given }: RotateVirtualKeyInput) => ({
      op: 'rotate',
      kind: 'virtual-key',
      ...toTarget(given),
      rotation: toPlain({ grace, secret }),
    }),
  },
];

/** One change. Its fields are those of the table above. */
@InputType({ description: 'One change; exactly one field is set.' })
export class ChangeInput {}
for (const { field, type, description } of changeFields) {
  Field(() => type, { nullable: true, description })(ChangeInput.prototype, field);
}

/** @returns undefined unless exactly one field is set */
export function toRequestedChange(input: ChangeInput): RequestedChange | undefined {
  const given = input as Readonly<Record<string, unknown>>;
  const set = changeFields.filter(({ field }) => given[field] !== null && given[field] !== undefined);
  const [only] = set;
  return only && set.length === 1 ? only.toChange(given[only.field] as never) : undefined;
}

function createPutInput(kind: EntityKind): ClassType<NamedInput> {
  const specInput = specInputs[kind];
  const target = class extends NamedInput {};
  Field(() => specInput, { description: 'What is declared.' })(target.prototype, 'spec');
  const description = `Creates an entity, or makes it exactly this: ${toWords(kind)}.`;
  InputType(`Put${namesOf(kind).type}Input`, { description })(target);
  return target;
}

function toBlockField(op: 'block' | 'unblock', kind: BlockableKind): ChangeField {
  const description = op === 'block' ? 'Refuses from now on what it asks for' : 'Takes again what it asks for';
  return {
    field: `${op}${namesOf(kind).type}`,
    type: NamedInput,
    description: `${description}: ${toWords(kind)}.`,
    toChange: (given: NamedInput) => ({ op, kind, ...toTarget(given) }),
  };
}

function toEraseField(kind: PersonalKind): ChangeField {
  return {
    field: `erase${namesOf(kind).type}`,
    type: NamedInput,
    description: `Makes its personal data unreadable for good, also in the history: ${toWords(kind)}.`,
    toChange: (given: NamedInput) => ({ op: 'erase', kind, ...toTarget(given) }),
  };
}

function toPut(kind: EntityKind, given: TypedPut): RequestedChange {
  return { op: 'put', kind, ...toTarget(given), declaration: toPlain(given.spec) };
}

const toTarget = ({ name, expectedVersion }: NamedInput) => ({
  name,
  ...(typeof expectedVersion === 'number' && { expectedVersion }),
});
