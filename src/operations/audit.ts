import { parseArgs } from "node:util";
import { withinLine } from "../core/terminal-text.ts";
import { readAudit, type AuditRow } from "../bot/permission/audit-store.ts";
import { refusal, typingMistake, type Operation } from "./operation.ts";

const USUAL_DAYS = 30;
const MOST_DAYS = 3660;

export const audit: Operation = {
  name: "audit",
  usage: ["audit [--days 30]"],
  about: "see who made or revoked keys, signed in, changed access, asked for money or took events back, and when",
  async run(words, { foundation }) {
    const days = readDays(words);
    if (days === null) return typingMistake(null, audit);
    if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS)
      return refusal(`\`--days\` must be a whole number from 1 to ${MOST_DAYS}.`);
    const rows = await foundation.db.read.run((sql) => readAudit(sql, days));
    const none = `Nothing is on record for the last ${days} days.`;
    return { ok: true, text: rows.length === 0 ? none : rows.map(lineOf).join("\n"), data: rows };
  },
};

/** Null: something else was typed. */
function readDays(words: readonly string[]): number | null {
  try {
    const { values } = parseArgs({ args: [...words], options: { days: { type: "string" } } });
    return values.days === undefined ? USUAL_DAYS : Number(values.days);
  } catch {
    return null;
  }
}

function lineOf({ at, actor, action, subject, detail }: AuditRow): string {
  const facts = typeof detail === "object" && detail !== null ? Object.entries(detail) : [];
  const told = facts.map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`);
  const parts = [`${at.slice(0, 16).replace("T", " ")} UTC`, actor, action, subject ?? "", told.join(" ")];
  return parts
    .filter((part) => part !== "")
    .map(withinLine)
    .join("  ");
}
