import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** How much an operation asks for. */
export type OperationSize = {
  /** How deep fields are nested. Introspection, which is deep and bounded, does not count. */
  readonly depth: number;
  /** Each field counts one, what lies in a page as often as the page has places. */
  readonly cost: number;
};

export type SizedOperation = {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
};

type Size = OperationSize;
type ParentType = GraphQLNamedType | undefined;

/**
 * Measures an operation, fragments included, before anything of it is resolved. The document must be valid: no fragment
 * spreads itself. Of the variables only those are looked at that stand for the size of a page or decide whether a field is
 * asked for, so that a large change set costs nothing here; whether they are right is seen when it is executed.
 */
export function measureOperation({ schema, document, operation, variables }: SizedOperation): OperationSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const known = new Map<string, Size>();
  return measureSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);

  function measureSet({ selections }: SelectionSetNode, parent: ParentType): Size {
    let [depth, cost] = [0, 0];
    for (const selection of selections) {
      const size = measureSelection(selection, parent);
      depth = Math.max(depth, size.depth);
      if (isAskedFor(selection)) cost += size.cost;
    }
    return { depth, cost };
  }

  function measureSelection(selection: SelectionNode, parent: ParentType): Size {
    switch (selection.kind) {
      case Kind.FRAGMENT_SPREAD:
        return measureFragment(selection.name.value);
      case Kind.INLINE_FRAGMENT: {
        const { typeCondition, selectionSet } = selection;
        return measureSet(selectionSet, typeCondition ? schema.getType(typeCondition.name.value) : parent);
      }
      case Kind.FIELD:
        return measureField(selection, parent);
      default:
        return selection satisfies never;
    }
  }

  /** Each is measured once, however often it is spread. */
  function measureFragment(name: string): Size {
    const fragment = fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    const size = known.get(name) ?? (fragment ? measureSet(fragment.selectionSet, type) : { depth: 0, cost: 0 });
    known.set(name, size);
    return size;
  }

  function measureField(node: FieldNode, parent: ParentType): Size {
    const hasFields = isObjectType(parent) || isInterfaceType(parent);
    const field = hasFields ? parent.getFields()[node.name.value] : undefined;
    const type = field && getNamedType(field.type);
    const inner = node.selectionSet ? measureSet(node.selectionSet, type) : { depth: 0, cost: 0 };
    const first = field?.args.find(({ name }) => name === 'first');
    const places = first ? readValue(argumentOf(node, 'first'), first.defaultValue) : undefined;
    return {
      depth: node.name.value.startsWith('__') ? 0 : 1 + inner.depth,
      cost: 1 + inner.cost * (typeof places === 'number' ? Math.max(1, places) : 1),
    };
  }

  function isAskedFor({ directives = [] }: SelectionNode): boolean {
    return directives.every((directive) => {
      const value = readValue(argumentOf(directive, 'if'), undefined);
      return directive.name.value === 'skip' ? value !== true : directive.name.value !== 'include' || value !== false;
    });
  }

  /** A number or truth value, be it written in the operation or in a variable; of anything else undefined. */
  function readValue(node: ValueNode | undefined, otherwise: unknown): unknown {
    if (node === undefined) return otherwise;
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind === Kind.BOOLEAN) return node.value;
    if (node.kind !== Kind.VARIABLE) return undefined;
    const name = node.name.value;
    if (Object.hasOwn(variables, name)) return variables[name];
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return readValue(definition?.defaultValue, otherwise);
  }
}

const argumentOf = ({ arguments: all = [] }: Pick<FieldNode, 'arguments'>, name: string): ValueNode | undefined =>
  all.find((one) => one.name.value === name)?.value;
