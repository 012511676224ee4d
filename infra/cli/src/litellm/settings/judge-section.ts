import type { Report } from '../report/report.ts';
import { EMPTY, type Verdict } from '../report/verdict.ts';
import { unknownAmong, type VerdictTable, verdictFor } from '../report/verdict-table.ts';
import { type ConfigEntry, fieldsOf } from '../source/config-node.ts';
import { isNothing } from '../source/scalars.ts';
import type { Section } from '../source/sections.ts';

/** Each judges its setting, with all that is in it, and declares what becomes of it. */
export type Handler = (entry: ConfigEntry) => void;
export type Handlers = ReadonlyMap<string, Handler>;

export type SectionRules = {
  /** What is said of the section itself. */
  readonly opening: Verdict;
  /** What is said of settings that need no look at their values. */
  readonly table: VerdictTable;
  readonly handlers: Handlers;
};

/** Judges each setting of a section. */
export function judgeSection(section: Section | undefined, rules: SectionRules, report: Report): void {
  const { opening, table, handlers } = rules;
  for (const entry of section?.entries ?? []) report.open(entry, opening);
  for (const [name, entry] of fieldsOf(section?.value)) {
    const handler = handlers.get(name);
    const isKnown = handler !== undefined || verdictFor(table, name) !== undefined;
    if (isKnown && isNothing(entry.value)) report.say(entry, EMPTY);
    else if (handler) handler(entry);
    else report.say(entry, verdictFor(table, name) ?? unknownAmong(name, [...handlers.keys(), ...Object.keys(table)]));
  }
}
