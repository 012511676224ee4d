/** The messages between the process that starts the engine and the engine's own, both of this package. */
export interface EngineOrder {
  readonly dataDir: string;
  readonly configFile: string;
  readonly port: number;
  readonly password: string;
}

export type EngineReport = { readonly tag: 'listening' } | { readonly tag: 'failed'; readonly reason: string };
