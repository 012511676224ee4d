/** Every kind of entity, in an order in which references point backwards. `kinds.ts` says what each is. */
export const entityKinds = [
  'provider',
  'model',
  'alias',
  'access-group',
  'organization',
  'team',
  'project',
  'user',
  'member',
  'service-account',
  'customer',
  'tag',
  'virtual-key',
  'budget',
  'rate-limit',
  'price-override',
  'webhook',
  'alert-rule',
  'pass-through-endpoint',
  'role-binding',
  'node-group',
  'approval-rule',
] as const;
export type EntityKind = (typeof entityKinds)[number];

export const isEntityKind = (text: string): text is EntityKind => entityKinds.some((kind) => kind === text);

/** `virtual-key` as the name of a type: `VirtualKey`. */
export type PascalCase<Text extends string> = Text extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${PascalCase<Rest>}`
  : Capitalize<Text>;

const pascalCases: Readonly<Record<string, string>> = Object.freeze(
  Object.fromEntries(
    entityKinds.map((kind) => [kind, kind.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())]),
  ),
);

export const toPascalCase = <Kind extends EntityKind>(kind: Kind): PascalCase<Kind> =>
  pascalCases[kind] as PascalCase<Kind>;

/** `virtual-key` as people read it: `virtual key`. */
export const toWords = (kind: EntityKind): string => kind.replaceAll('-', ' ');
