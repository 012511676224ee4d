import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { publicError } from '../errors.ts';

export const DEPTH_MAX = 12;

/** Refuses an operation that is nested deeper than this. Introspection, which is deep and bounded, does not count. */
export const depthLimit: ApolloServerPlugin = {
  requestDidStart: async () => ({
    async didResolveOperation({ document, operation }) {
      const depth = operation ? depthOf(document, operation) : 0;
      if (depth <= DEPTH_MAX) return;
      throw publicError('QUERY_TOO_DEEP', `the query is ${depth} levels deep; ${DEPTH_MAX} are allowed`, 400);
    },
  }),
};

/** How deep fields are nested, fragments included. The document must be valid: no fragment spreads itself. */
export function depthOf({ definitions }: DocumentNode, operation: OperationDefinitionNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const known = new Map<string, number>();

  function measure({ selections }: SelectionSetNode): number {
    let deepest = 0;
    for (const selection of selections) {
      switch (selection.kind) {
        case Kind.FRAGMENT_SPREAD:
          deepest = Math.max(deepest, measureFragment(selection.name.value));
          break;
        case Kind.INLINE_FRAGMENT:
          deepest = Math.max(deepest, measure(selection.selectionSet));
          break;
        case Kind.FIELD:
          if (selection.name.value.startsWith('__')) break;
          deepest = Math.max(deepest, 1 + (selection.selectionSet ? measure(selection.selectionSet) : 0));
          break;
        default:
          selection satisfies never;
      }
    }
    return deepest;
  }

  /** Each is measured once, however often it is spread. */
  function measureFragment(name: string): number {
    const fragment = fragments.get(name);
    const depth = known.get(name) ?? (fragment ? measure(fragment.selectionSet) : 0);
    known.set(name, depth);
    return depth;
  }

  return measure(operation.selectionSet);
}
