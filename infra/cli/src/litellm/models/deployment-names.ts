import { differs, maps } from '../report/verdict.ts';
import { textOf } from '../source/scalars.ts';
import type { Aspect, ModelGroup } from './group.ts';

const NAME = /^[\x21-\x7e]{1,200}$/;

/** Names of deployments: `model_info.id`, and a number behind those that would be called alike. */
export function deploymentNamesOf({ name, candidates }: ModelGroup): Aspect {
  const taken = new Set<string>();
  const named = candidates.map(({ entry, target }) => {
    const id = textOf(entry.info.get('id')?.value);
    const wanted = id !== undefined && NAME.test(id) ? id : `${target.provider}/${target.model}`;
    const free = firstFree(wanted, taken);
    taken.add(free);
    return { id, name: free, isDefault: free === `${target.provider}/${target.model}` };
  });
  return {
    deployments: named.map((one) => (one.isDefault ? {} : { name: one.name })),
    verdicts: named.map((one, index) => ({
      'model_info.id':
        one.name === one.id
          ? maps(`models.${name}.deployments[${index}].name`)
          : differs('a name of a deployment is unique in its model and of printable characters'),
    })),
  };
}

function firstFree(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}#${count}`;
  return name;
}
