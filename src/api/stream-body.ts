import type { CopiedText } from "../db/copy-out.ts";
import type { HttpContext } from "./endpoint.ts";

/**
 * A body that is read as it is sent. When the rest cannot be had the connection is cut, because a body that ends in order looks
 * whole; hono's server would do so too, but print what was thrown, which may hold what no log should.
 */
export function streamBody(text: CopiedText, context: HttpContext): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const bytes = await text.next();
          if (bytes === null) controller.close();
          else controller.enqueue(bytes);
        } catch (thrown) {
          const outgoing = context.env?.outgoing;
          if (outgoing === undefined) throw thrown;
          outgoing.destroy();
        }
      },
      cancel: () => text.close(),
    },
    { highWaterMark: 0 },
  );
}
