import { byKind, type EntityKind, isBlockable, kinds } from '@tollgate/schema';
import { type ClassType, Field } from 'type-graphql';
import { EntityFields } from '../node-fields.ts';
import { namesOf } from './entity-names.ts';
import { createEnumTypes } from './enum-types.ts';
import { createFieldTypes } from './field-types.ts';

/** What is answered of an entity. The fields of its kind follow from the registry, so that only the shared ones are typed. */
export type EntityNode = EntityFields & { readonly [field: string]: unknown };

const enums = createEnumTypes();
const output = createFieldTypes('output', enums);
const input = createFieldTypes('input', enums);

/** What each kind is answered as: `Team`. */
export const nodeTypes = byKind(createNodeType);

/** What each kind is declared with: `TeamInput`. */
export const specInputs = byKind(createSpecInput);

/** The type of a marked object within some kind, for fields that are computed. @throws Error if no kind has such an object */
export const innerNodeType = output.find;

/** An enum that some kind is declared with, for fields that are computed. @throws Error if no kind has such an enum */
export const entityEnumType = enums.find;

function createNodeType(kind: EntityKind): ClassType<EntityNode> {
  const target = class extends EntityFields {} as unknown as ClassType<EntityNode>;
  if (isBlockable(kind)) {
    const description = 'Whether what it asks for is refused for now.';
    Field(() => Boolean, { description })(target.prototype, 'blocked');
  }
  output.declare({ name: namesOf(kind).type, about: aboutOf(kind) }, kinds[kind].declaration, target);
  return target;
}

function createSpecInput(kind: EntityKind): ClassType<object> {
  const target = class {};
  const about = `${aboutOf(kind)} A field left out is unset.`;
  input.declare({ name: namesOf(kind).type, about }, kinds[kind].declaration, target);
  return target;
}

function aboutOf(kind: EntityKind): string {
  return kinds[kind].declaration.description ?? '';
}
