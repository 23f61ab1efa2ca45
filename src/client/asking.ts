import type { AnyContext, HonoEnv, RequestContext, UntoldEnv } from "./hono-context.ts";
import type { Notices } from "./notices.ts";
import { thrownInWords } from "./thrown-in-words.ts";

/** An opaque id; absent, `null` and empty mean that nobody is known. */
export type Id = string | number | null | undefined;

/**
 * A method and not a property, so that TypeScript also takes a function that asks for the `Context` of the application's own Hono.
 */
interface Asking<E extends HonoEnv> {
  id(context: RequestContext<E>): Id;
  leftOut(context: RequestContext<E>, usual: boolean): boolean;
}

/** `E` is the application's own, as in `new Hono<E>()`; without it `c.get` takes any name. */
export interface TrackRequestsOptions<E extends HonoEnv = UntoldEnv> {
  /** Whose request it was. Asked after the handler, so what a sign-in middleware has set is there. */
  readonly user?: Asking<E>["id"] | undefined;
  /** The team or company that the person belongs to. Asked after the handler. */
  readonly team?: Asking<E>["id"] | undefined;
  /**
   * Whether a request is left out. `usual` says what happens without this option: health probes, static files and bots are left out.
   * `(c, usual) => usual || c.req.path.startsWith("/internal/")` leaves out more, `() => false` nothing.
   */
  readonly ignore?: Asking<E>["leftOut"] | undefined;
}

export interface Answers {
  /** Undefined when nobody is known. */
  idOf(name: "user" | "team", context: AnyContext): string | undefined;
  isLeftOut(context: AnyContext, usual: boolean): boolean;
}

/** Asks the application's own functions. One that throws, or answers no id, costs the request nothing but that answer. */
export function createAsking<E extends HonoEnv>(options: TrackRequestsOptions<E>, notices: Notices): Answers {
  const { ignore } = options;

  function idOf(name: "user" | "team", context: AnyContext): string | undefined {
    const without = `the request is recorded without a ${name}`;
    try {
      const id: unknown = options[name]?.(context as RequestContext<E>);
      if (id === null || id === undefined || id === "") return undefined;
      if (typeof id === "string" || typeof id === "number" || typeof id === "bigint") return String(id);
      const what = id instanceof Promise ? "a promise" : typeof id;
      notices.wrong(`\`${name}\` answered ${what}, not an id; ${without}`);
    } catch (thrown) {
      notices.wrong(`\`${name}\` threw ${thrownInWords(thrown)}; ${without}`);
    }
    return undefined;
  }

  function isLeftOut(context: AnyContext, usual: boolean): boolean {
    if (ignore === undefined) return usual;
    try {
      return ignore(context as RequestContext<E>, usual);
    } catch (thrown) {
      notices.wrong(`\`ignore\` threw ${thrownInWords(thrown)}; the usual rule is used`);
      return usual;
    }
  }

  return { idOf, isLeftOut };
}
