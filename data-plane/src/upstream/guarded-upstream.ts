import type { Upstream, UpstreamCall, UpstreamHandlers } from './upstream.ts';

/**
 * Stands between a provider's bytes and the code that reads them: should that code throw, the one request fails with
 * `internal_error`, is recorded as such, and the node lives on.
 */
export function guardUpstream(upstream: Upstream, onThrow: (error: unknown) => void): Upstream {
  return {
    close: upstream.close,
    dispatch(request, handlers) {
      const call = tryDispatch();
      return call;

      /** Should the call itself not be possible, its failure is told after this returns, as that of every other. */
      function tryDispatch(): UpstreamCall {
        try {
          return upstream.dispatch(request, guard(handlers));
        } catch (error) {
          onThrow(error);
          const telling = setImmediate(failQuietly);
          return { cancel: () => clearImmediate(telling), pause() {}, resume() {} };
        }
      }

      function guard({ onHead, onData, onEnd, onFailure }: UpstreamHandlers): UpstreamHandlers {
        return {
          onHead: (status, header) => attempt(() => onHead(status, header)),
          onData: (chunk) => attempt(() => onData(chunk)),
          onEnd: () => attempt(onEnd),
          onFailure: (error) => attempt(() => onFailure(error)),
        };
      }

      function attempt(handle: () => void): void {
        try {
          handle();
        } catch (error) {
          onThrow(error);
          call.cancel();
          failQuietly();
        }
      }

      function failQuietly(): void {
        try {
          handlers.onFailure({
            code: 'internal_error',
            message: 'This node could not carry out the call to the provider.',
          });
        } catch (error) {
          onThrow(error);
        }
      }
    },
  };
}
