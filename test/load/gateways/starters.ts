import { startDirect } from './direct.ts';
import type { GatewayName, StartGateway } from './gateway.ts';
import { startNginx } from './nginx.ts';
import { startQuotas } from './quotas.ts';
import { startTollgate } from './tollgate.ts';

export const GATEWAY_STARTERS: Readonly<Record<GatewayName, StartGateway>> = Object.freeze({
  direct: startDirect,
  nginx: startNginx,
  tollgate: startTollgate,
  quotas: startQuotas,
});
