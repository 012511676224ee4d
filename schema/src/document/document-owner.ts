import { entityName } from '../config/name.ts';

/** What entities belong to that were declared by nobody's document. */
const SOURCES: readonly string[] = ['api', 'cli', 'console'];

/** The name under which a document owns what it declares. */
export const documentOwner = entityName.refine((name) => !SOURCES.includes(name), {
  error: `a name of your own: ${SOURCES.join(', ')} stand for what no document declares`,
});
