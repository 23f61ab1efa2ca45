import { editionText, whenText, type Edition } from "./edition.ts";
import type { Standing } from "./subscription-store.ts";

/** Why nothing can be changed: the channel has no digest, or not that edition. `edition`: null for any. */
export function noDigestText(standings: readonly Standing[], edition: Edition | null): string {
  const [other] = standings;
  if (other === undefined || edition === null) return "That channel gets no digest. `digest subscribe` starts one.";
  return `That channel gets no ${edition} digest, but ${editionText(other.edition).replace("the digest", "the daily one")}: add \`--edition ${other.edition}\`.`;
}

/** Why a channel cannot be subscribed a second time. */
export function alreadyText(standings: readonly Standing[], edition: Edition): string {
  const standing = standings.find((one) => one.edition === edition);
  const what = edition === "daily" ? "its digest" : `its ${edition} digest`;
  if (standing === undefined) return `That channel has ${what} already.`;
  const when = edition === "daily" ? `at ${standing.at}` : whenText(edition, standing.weekday, standing.at);
  if (standing.origin === "environment") return `That channel has ${what} ${when} already, by \`DIGEST_CHANNELS\`.`;
  return `That channel has ${what} ${when} already. \`digest at 09:30\` gives it another time.`;
}
