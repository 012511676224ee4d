/** The provider's own name of the model: of a wildcard, what the client asked for after the fixed part of the route's name. */
export const upstreamModelOf = (route: string, upstreamModel: string, requested: string): string =>
  upstreamModel.endsWith('*') ? `${upstreamModel.slice(0, -1)}${requested.slice(route.length - 1)}` : upstreamModel;
