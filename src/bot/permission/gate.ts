import type { Database } from "../../db/client.ts";
import type { Group } from "../../metrics/catalogue.ts";
import { OPERATOR, TERMINAL, type Place } from "../asker.ts";
import { readRules } from "./access-store.ts";
import { admissionOf, isOffered, viewFor, type Admission, type Visit } from "./admission.ts";
import { actorOf, writeAudit } from "./audit-store.ts";
import type { Need } from "./need.ts";
import { MONEY, type Subject } from "./policy.ts";
import { referenceText } from "./reference.ts";
import { policyOf, type StandingPolicy } from "./standing-policy.ts";
import { EVERYTHING, NOTHING, type View } from "./view.ts";

/** The one place where it is decided who may see and do what. */
export interface Gate {
  /** Notes who asks for money, and for a file. Rejects with `Problem` when the policy cannot be read: then nothing is shown. */
  admit(command: string, need: Need, visit: Visit): Promise<Admission>;
  /** Which commands may be offered to the visitor; notes nothing. Rejects like `admit`. */
  offers(visit: Visit): Promise<(need: Need) => boolean>;
  /** Of a message that nobody asked for, like a digest. Notes when it must go without money. Rejects like `admit`. */
  viewOf(message: string, groups: readonly Group[], where: Omit<Visit, "asker" | "audience">): Promise<View>;
}

interface GateParts {
  readonly db: Pick<Database, "read" | "work">;
  readonly standing: StandingPolicy;
}

/** The policy as it stands now. */
export function policyReader({ db, standing }: Pick<GateParts, "standing"> & { db: Pick<Database, "read"> }) {
  return async () => policyOf(standing, await db.read.run(readRules));
}

export function createGate({ db, standing }: GateParts): Gate {
  const policyNow = policyReader({ db, standing });
  return {
    async admit(command, need, visit) {
      if (need.action === "none") return { ok: true, view: NOTHING };
      const policy = await policyNow();
      const admission = await admissionOf(policy, need, visit);
      const isAdded = need.adds?.includes(MONEY) === true && admission.ok && admission.view.names.has(MONEY);
      if (need.groups.includes(MONEY) || isAdded) {
        const isSeen = admission.ok && admission.view.groups.has(MONEY);
        await db.work.run((sql) => writeAudit(sql, moneyEntry(command, visit, isSeen)));
      }
      if (need.file !== undefined) {
        const subject = `${command} ${need.file}`;
        await db.work.run((sql) => writeAudit(sql, fileEntry(subject, visit, admission.ok)));
      }
      return admission;
    },
    async offers(visit) {
      const policy = await policyNow();
      return (need) => isOffered(policy, need, visit);
    },
    async viewOf(message, groups, where) {
      const view = await viewFor(await policyNow(), groups, { ...where, asker: null, audience: "everyone" });
      if (groups.includes(MONEY) && !view.groups.has(MONEY))
        await db.work.run((sql) => writeAudit(sql, withoutMoney(message, where.place)));
      return view;
    },
  };
}

function fileEntry(subject: string, { asker, place }: Visit, given: boolean) {
  const detail = { channel: `${place.platform}:${place.channel}`, kind: place.kind, given };
  return { actor: actorOf(asker), action: "asked for a file", subject, detail } as const;
}

function moneyEntry(command: string, { asker, place, audience }: Visit, shown: boolean) {
  const channel = `${place.platform}:${place.channel}`;
  const detail = { channel, kind: place.kind, audience, shown };
  return { actor: actorOf(asker), action: "asked for money", subject: command, detail } as const;
}

function withoutMoney(message: string, place: Place) {
  const detail = { channel: `${place.platform}:${place.channel}`, kind: place.kind };
  return { actor: "bellwether", action: "money left out of a message", subject: message, detail } as const;
}

/** For whoever runs the program on its own machine, and can read the database too. */
export const OPEN_GATE: Gate = {
  admit: async () => ({ ok: true, view: EVERYTHING }),
  offers: async () => () => true,
  viewOf: async () => EVERYTHING,
};

/** How a command is given in the terminal. */
export const OPERATOR_VISIT = {
  asker: OPERATOR,
  place: TERMINAL,
  audience: "person",
  gate: OPEN_GATE,
  nameOf: async (subject: Subject) => referenceText(subject),
} as const;
