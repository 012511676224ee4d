import { userError } from '../user-error.ts';

/** For commands that ask before they do something. @throws UserError if the question would stand amid JSON */
export function checkJsonNeedsYes({ json, yes }: { readonly json?: true; readonly yes?: true }): void {
  if (json && !yes) throw userError('--json needs --yes: there is no place for a question in the output');
}
