/** The part of a JSON Schema that says which fields there are. */
type JsonSchema = {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
};

/** The order of fields at one place of a document: that in which its schema declares them. */
export type FieldOrder = {
  /** Known names in their order; empty where names are free, as in a section. */
  readonly names: readonly string[];
  field(name: string): FieldOrder;
  item(): FieldOrder;
};

/** @param schema the JSON Schema of the whole document */
export function createFieldOrder(schema: unknown): FieldOrder {
  const root = toSchema(schema);
  return at([root]);

  /** Thousands of entities stand at one place of the schema: what is below it is worked out once. */
  function at(schemas: readonly JsonSchema[]): FieldOrder {
    const options = schemas.flatMap((option) => expand(option, 0));
    const fields = new Map<string, FieldOrder>();
    const known = new Set(options.flatMap(({ properties }) => Object.keys(properties ?? {})));
    let items: FieldOrder | undefined;
    return {
      names: [...known],
      field(name) {
        const key = known.has(name) ? name : ANY_NAME;
        const order = fields.get(key) ?? at(options.flatMap((option) => fieldSchema(option, name)));
        fields.set(key, order);
        return order;
      },
      item() {
        items ??= at(options.flatMap(({ items: one }) => (typeof one === 'object' ? [one] : [])));
        return items;
      },
    };
  }

  /** References within references end somewhere in any schema that can be met; the bound only guards against a circle. */
  function expand(option: JsonSchema, depth: number): readonly JsonSchema[] {
    if (depth > 8) return [];
    const referred = option.$ref === undefined ? [] : [root.$defs?.[option.$ref.replace('#/$defs/', '')] ?? {}];
    const inner = [...(option.anyOf ?? []), ...(option.oneOf ?? []), ...(option.allOf ?? []), ...referred];
    return [option, ...inner.flatMap((one) => expand(one, depth + 1))];
  }
}

/** No field is called so: it stands for all names that are free. */
const ANY_NAME = '';

function fieldSchema({ properties, additionalProperties }: JsonSchema, name: string): readonly JsonSchema[] {
  if (properties && Object.hasOwn(properties, name)) return [properties[name] ?? {}];
  return typeof additionalProperties === 'object' ? [additionalProperties] : [];
}

const toSchema = (value: unknown): JsonSchema => (typeof value === 'object' && value !== null ? value : {});
