import type { PngRenderer } from "./png.ts";

/** Asks `first`; when that fails, says so and asks `second`. */
export function withFallback(
  first: PngRenderer,
  second: PngRenderer,
  onFailure: (thrown: unknown) => void,
): PngRenderer {
  return {
    async render(chart, options) {
      try {
        return await first.render(chart, options);
      } catch (thrown) {
        onFailure(thrown);
        return second.render(chart, options);
      }
    },
  };
}
