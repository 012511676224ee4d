import type { Conversion } from '../conversion.ts';
import { maps, notSupported, type Verdict } from '../report/verdict.ts';
import { type ConfigEntry, fieldsOf } from '../source/config-node.ts';
import { textOf } from '../source/scalars.ts';

/**
 * Declares the aliases of `model_group_alias`, or of `model_alias_map`; each is a name, or a map with `model` and `hidden`. One
 * whose model is not imported is left out with it.
 */
export function importAliases(entry: ConfigEntry, { document, report }: Conversion): void {
  report.open(entry, entry.value.kind === 'map' ? maps('aliases') : notSupported('is no map of names'));
  for (const [name, alias] of fieldsOf(entry.value)) {
    const details = fieldsOf(alias.value);
    const model = textOf(details.get('model')?.value ?? alias.value);
    const verdict = declare(name, model);
    report.open(alias, verdict);
    for (const [field, detail] of details)
      report.say(detail, field === 'model' ? verdict : notSupported('all aliases are listed among the models'));
  }

  function declare(name: string, model: string | undefined): Verdict {
    if (model === undefined || !document.has('models', model))
      return notSupported('is left out: what it stands for is no imported model');
    if (document.has('models', name)) return notSupported('is left out: there is a model of this name');
    const refusal = document.put('aliases', name, { model });
    return refusal === undefined ? maps(`aliases.${name}`) : notSupported(`is left out: ${refusal}`);
  }
}
