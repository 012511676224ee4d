declare module 'vitest' {
  interface ProvidedContext {
    /** See `test/support/postgres.setup.ts`. */
    readonly postgresUrl: string | undefined;
  }
}

export {};
