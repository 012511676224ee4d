import { circleFrom, type Specs } from '@tollgate/schema';
import { type EntityId, toEntityId } from '../aggregate/entity.ts';
import type { FindSpec, RuleProblem } from '../aggregate/entity-definition.ts';

type Routing = Pick<Specs['team'], 'routing'>;

const renamesOf = ({ routing }: Routing): readonly (readonly [string, string])[] =>
  Object.entries(routing?.models ?? {});

/** Rules of what routes in its own way: a name stands for a model or alias that there is, and not for itself over aliases. */
export const routingRules = Object.freeze({
  finds: (spec: Routing): readonly EntityId[] =>
    renamesOf(spec).flatMap(([, target]) => [toEntityId('model', target), toEntityId('alias', target)]),
  follows: ['alias'] as const,
  check: (_: string, spec: Routing, find: FindSpec): readonly RuleProblem[] =>
    renamesOf(spec).flatMap(([name, target]) => {
      const message = problemOf(name, target, find);
      return message === undefined ? [] : [{ path: `routing.models.${name}`, message }];
    }),
});

/** What an alias stands for; undefined if there is no alias of this name. */
function behind(name: string, find: FindSpec): string | undefined {
  const alias = find('alias', name);
  return alias?.model ?? alias?.alias;
}

function problemOf(name: string, target: string, find: FindSpec): string | undefined {
  const way = circleFrom(name, (one) => (one === name ? target : behind(one, find)));
  if (way !== undefined) return `goes in a circle: ${way.join(' → ')}`;
  const isKnown = (find('model', target) ?? find('alias', target)) !== undefined;
  return isKnown ? undefined : `there is no model or alias named ${target}`;
}
