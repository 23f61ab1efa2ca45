import type { Clock, Temporal } from "../core/time.ts";
import type { Database } from "../db/client.ts";
import { createAdmission, type Admission } from "./admission.ts";
import { createKeyCheck, type Caller, type Verification } from "./key-check.ts";
import { createKeyRing } from "./key-ring.ts";
import { hashOf, makeKey, type NewKey } from "./key.ts";
import type { Scope } from "./scope.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import { createKeyStore, type KeyDescription, type StoredKey } from "./store.ts";

export type { Caller } from "./key-check.ts";

export interface NewKeyRequest {
  readonly scope: Scope;
  readonly source?: string;
  readonly requestsPerSecond?: number;
  readonly expiresAt?: Temporal.Instant;
}

/** For the audit log: `cli`, `first start`, or `key` and an id. */
type Actor = string;

export interface Access {
  /** `key` is shown this once; only its hash is kept. */
  create(request: NewKeyRequest, actor?: Actor): Promise<NewKey>;
  list(): Promise<KeyDescription[]>;
  /** False when there is no such key, or it was revoked before. Other processes follow within 10 s. */
  revoke(keyId: string, actor?: Actor): Promise<boolean>;
  /** The key of the first start, to be shown once; null when an admin key exists or is configured. */
  ensureAdminKey(): Promise<NewKey | null>;
  /** Throws `Problem` `database_unavailable` when it cannot be told. */
  verify(key: string): Promise<Verification>;
  /** `verify` with scope and limits. Throws `Problem` missing_key, invalid_key, insufficient_scope or rate_limited. */
  admit(admission: Admission): Promise<Caller>;
  /** Of people who signed in on the page. */
  readonly sessions: Sessions;
}

export interface AccessParts {
  /** Keys by the intake's pool, because one is looked up before an event is taken in and must fail as fast. */
  readonly db: Pick<Database, "intake" | "read">;
  readonly clock: Clock;
  /** A secret that is accepted as an admin key. */
  readonly adminKey?: string | undefined;
}

const DEFAULT_SOURCE = "api";
const DEFAULT_REQUESTS_PER_SECOND = 200;
const COMMAND_LINE = "cli";
const FIRST_START = "first start";

export function createAccess({ db, clock, adminKey }: AccessParts): Access {
  const store = createKeyStore(db.intake);
  const ring = createKeyRing(() => store.loadAll());
  const configured = adminKey === undefined ? undefined : configuredKey(adminKey);
  const nowMs = () => clock.now().epochMilliseconds;
  const check = createKeyCheck(ring, configured);

  return {
    async verify(key) {
      const now = nowMs();
      return check.compare(await check.read(key, now), now);
    },
    admit: createAdmission(check, nowMs),
    sessions: createSessions({ pool: db.read, clock }, check),
    list: () => store.list(),
    async create(request, actor = COMMAND_LINE) {
      const { row, made } = rowFor(request, clock);
      await store.insert(row, actor);
      ring.forget();
      return made;
    },
    async revoke(keyId, actor = COMMAND_LINE) {
      const revoked = await store.revoke(keyId, clock.now().toString(), actor);
      ring.forget();
      return revoked;
    },
    async ensureAdminKey() {
      if (configured !== undefined) return null;
      const { row, made } = rowFor({ scope: "admin" }, clock);
      const inserted = await store.insertFirstAdmin(row, row.createdAt, FIRST_START);
      ring.forget();
      return inserted ? made : null;
    },
  };
}

function rowFor(request: NewKeyRequest, clock: Clock) {
  const made = makeKey();
  const row = {
    keyId: made.keyId,
    hash: hashOf(made.key),
    scope: request.scope,
    source: request.source ?? DEFAULT_SOURCE,
    requestsPerSecond: request.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND,
    createdAt: clock.now().toString(),
    expiresAt: request.expiresAt?.toString() ?? null,
  };
  return { row, made };
}

function configuredKey(secret: string): StoredKey {
  return {
    keyId: "configured",
    hash: hashOf(secret),
    scope: "admin",
    source: DEFAULT_SOURCE,
    requestsPerSecond: DEFAULT_REQUESTS_PER_SECOND,
    expiresAtMs: null,
    revoked: false,
  };
}
