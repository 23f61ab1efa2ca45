/**
 * What we use of Hono, described by its shape. The application hands us its own Hono's context, so nothing here may depend on
 * which copy or version of Hono is installed beside us: no import of it, neither of values nor of types.
 */

/** As in `new Hono<{ Variables: { userId: string } }>()`. */
export interface HonoEnv {
  readonly Bindings?: unknown;
  readonly Variables?: unknown;
}

/** Any: what an application keeps in its context is not known here. */
type Whatever = ReturnType<typeof JSON.parse>;

/** For an application that says nothing of its variables: `c.get` then takes any name, as Hono's own `Context` does. */
export interface UntoldEnv {
  readonly Bindings: Whatever;
  readonly Variables: Record<string, Whatever>;
}

/** A pattern that matched, in the order in which Hono calls the handlers. */
export interface MatchedRoute {
  /** `ALL` for middleware and `app.all`. */
  readonly method: string;
  readonly path: string;
}

/** The least that every context of Hono 4 has. */
export interface AnyContext {
  readonly req: {
    readonly method: string;
    readonly path: string;
    readonly raw: { readonly signal: { readonly aborted: boolean } };
    header(name: string): string | undefined;
    /** Which of the matched routes was reached last. */
    readonly routeIndex: number;
    /** Hono 4 has it in every version. */
    readonly matchedRoutes?: readonly MatchedRoute[];
  };
  readonly res: { readonly status: number };
  readonly finalized: boolean;
  readonly error: unknown;
  readonly env: unknown;
}

type VariablesOf<E extends HonoEnv> = E extends { readonly Variables: infer V extends object } ? V : object;
type BindingsOf<E extends HonoEnv> = E extends { readonly Bindings: infer B } ? B : unknown;

/** What `user`, `team` and `ignore` are given: the application's own context. */
export interface RequestContext<E extends HonoEnv = UntoldEnv> extends Omit<AnyContext, "env"> {
  readonly req: AnyContext["req"] & {
    readonly url: string;
    param(name: string): string | undefined;
    query(name: string): string | undefined;
  };
  readonly env: BindingsOf<E>;
  readonly var: Readonly<VariablesOf<E>>;
  get<Name extends keyof VariablesOf<E>>(name: Name): VariablesOf<E>[Name];
}
