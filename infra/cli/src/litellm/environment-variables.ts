import type { Conversion } from './conversion.ts';
import { differs } from './report/verdict.ts';
import { fieldsOf } from './source/config-node.ts';
import { variableOf } from './source/environment-reference.ts';
import { textOf } from './source/scalars.ts';
import type { Sections } from './source/sections.ts';

const SECTION = 'environment_variables';

/** The values of `environment_variables`, which LiteLLM sets where its environment has none. */
export function environmentOf({ byName }: Sections): ReadonlyMap<string, string> {
  const fields = [...fieldsOf(byName.get(SECTION)?.value)];
  return new Map(
    fields.flatMap(([name, { value }]) => {
      const text = textOf(value);
      return text === undefined || variableOf(value) !== undefined ? [] : [[name, text] as const];
    }),
  );
}

export function judgeEnvironment({ sections, report }: Conversion): void {
  const section = sections.byName.get(SECTION);
  for (const entry of section?.entries ?? [])
    report.open(entry, differs('a config document sets no variables: they belong to the environment of each process'));
  for (const [name, entry] of fieldsOf(section?.value))
    report.say(entry, differs(`set ${name} where the document is applied, if a secret is read from it`));
}
