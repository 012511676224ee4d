import { z } from 'zod';
import { parseDurationMs } from '../duration.ts';
import { mockBehaviour } from './mock-behaviour.ts';
import { entityName, modelName } from './name.ts';

const DURATION_FORM = 'a duration such as 500ms, 60s or 5m';
const duration = z.string(DURATION_FORM).refine((text) => (parseDurationMs(text) ?? 0) > 0, DURATION_FORM);

export const deployment = z.strictObject({
  /** Left out, it is `<provider>/<model>`; unique within the model. */
  name: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\x21-\x7e]+$/, 'printable ASCII without blanks')
    .optional(),
  provider: entityName,
  /** The provider's own name of the model; `*` in a wildcard model stands for what the client asked for. */
  model: modelName,
  /** Share of the traffic relative to the other deployments; 1 if left out, 0 takes it out of rotation. */
  weight: z.number().min(0).max(1_000_000).optional(),
  mock: mockBehaviour.optional(),
});
export type Deployment = z.infer<typeof deployment>;

/** A public model name and the deployments that serve it. Declared and stored alike. */
export const modelSpec = z
  .strictObject({
    deployments: z.array(deployment).min(1, 'at least one deployment').max(100),
    routing: z.strictObject({ strategy: z.literal('weighted').optional(), timeout: duration.optional() }).optional(),
  })
  .superRefine(({ deployments }, context) => {
    const names = deployments.map(effectiveDeploymentName);
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index) {
        context.addIssue({
          code: 'custom',
          path: ['deployments', index, 'name'],
          message: `the deployment name ${name} is taken by another deployment of this model`,
        });
      }
    });
    if (deployments.length > 0 && deployments.every(({ weight }) => weight === 0)) {
      context.addIssue({
        code: 'custom',
        path: ['deployments'],
        message: 'at least one deployment needs a weight above 0',
      });
    }
  });
export type ModelSpec = z.infer<typeof modelSpec>;

export function effectiveDeploymentName({ name, provider, model }: Deployment): string {
  return name ?? `${provider}/${model}`;
}
