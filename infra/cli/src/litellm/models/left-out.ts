import type { Report } from '../report/report.ts';
import { notSupported } from '../report/verdict.ts';
import type { ModelEntry } from './model-entries.ts';

/** Says of every key of an item that it is left out, and of its model why. */
export function leaveOut({ fields, params }: ModelEntry, why: string, report: Report): void {
  const model = params.get('model');
  const where = model === undefined ? '' : `, see line ${model.place.line}`;
  for (const entry of fields.values()) report.say(entry, notSupported(`is left out with its model${where}`));
  if (model) report.say(model, notSupported(`is left out: ${why}`));
}
