import { sealedEntitiesOf } from '../secrets/sealed-entities.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { IntakeOf } from './carry-out.ts';
import type { ChangeSetRequest } from './change-request.ts';
import { type RollbackRequest, readRollback } from './rollback.ts';
import { fingerprintOf, takeIn } from './take-in.ts';
import { validateOptions } from './validate-options.ts';
import { validateRequest } from './validate-request.ts';

/** Makes what can be planned or committed of what is asked for. */
export type Intakes = {
  ofChangeSet(request: ChangeSetRequest): IntakeOf;
  ofRollback(request: RollbackRequest): IntakeOf;
};

export function createIntakes({ secrets, now }: { readonly secrets: Pick<SecretStore, 'open'>; now(): Date }): Intakes {
  return {
    ofChangeSet(request) {
      // What takes long and needs no look at what there is comes before the transaction.
      const validated = validateRequest(request);
      const owners = sealedEntitiesOf(validated.changes);
      return async (trx) => takeIn(request, await secrets.open(trx, owners), now(), validated);
    },
    ofRollback(request) {
      const invalid = validateOptions(request);
      return async (trx) => {
        const fingerprint = fingerprintOf(request, await secrets.open(trx, []));
        const intake = await readRollback(trx, request, fingerprint);
        return { ...intake, problems: [...invalid, ...intake.problems] };
      };
    },
  };
}
