import type { DocumentBuilder } from './document/document-builder.ts';
import type { Report } from './report/report.ts';
import type { Sections } from './source/sections.ts';

/** What every part of a conversion works with. */
export type Conversion = {
  readonly sections: Sections;
  readonly document: DocumentBuilder;
  readonly report: Report;
  /** The value of a variable that is not secret: that of the environment, else that of `environment_variables`. */
  lookup(variable: string): string | undefined;
};
