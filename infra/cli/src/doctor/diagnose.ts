import { type Fleet, requestFleet } from '../api/fleet.ts';
import { type CommandContext, connect } from '../command-context.ts';
import type { Check } from '../rendering/checks.ts';
import { readControlPlaneUrl, readGatewayUrl } from '../settings.ts';
import { isUserError } from '../user-error.ts';
import { checkFleet, checkReadiness } from './checks.ts';
import { probeReadiness } from './probe.ts';

/** Looks at every part in turn. A part that cannot be asked is a finding, not an error. */
export async function diagnose(context: CommandContext): Promise<readonly Check[]> {
  const [controlUrl, gatewayUrl] = [readControlPlaneUrl(context.environment), readGatewayUrl(context.environment)];
  const control = checkReadiness(
    {
      name: 'control plane',
      url: controlUrl,
      setting: 'TOLLGATE_URL',
      waitsFor: 'whether it can reach Postgres',
    },
    await probeReadiness(controlUrl, context.fetch),
  );
  const gateway = checkReadiness(
    {
      name: 'gateway',
      url: gatewayUrl,
      setting: 'TOLLGATE_GATEWAY_URL',
      waitsFor: 'whether it got a configuration from the control plane',
    },
    await probeReadiness(gatewayUrl, context.fetch),
  );
  return [control, ...(await askControlPlane(context)), gateway];
}

/** Asked even if the control plane said that it is not ready: what still works is worth knowing. */
async function askControlPlane(context: CommandContext): Promise<readonly Check[]> {
  try {
    const fleet: Fleet = await requestFleet(connect(context));
    return [{ state: 'ok', name: 'admin token', detail: 'accepted' }, ...checkFleet(fleet)];
  } catch (error) {
    if (!isUserError(error)) throw error;
    return [
      {
        state: 'problem',
        name: 'administration',
        detail: 'the control plane could not be asked',
        advice: error.message,
      },
      { state: 'skipped', name: 'nodes', detail: 'the control plane knows them' },
    ];
  }
}
