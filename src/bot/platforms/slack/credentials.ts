import type { webApi } from "@slack/bolt";
import { Problem } from "../../../core/problem.ts";
import { REQUIRED_SCOPES } from "./manifest.ts";
import { failureOf, refusalCode, scopeSentence, tokenSentence } from "./refusals.ts";

/** Who we are in the workspace. */
export interface Identity {
  readonly botUserId: string;
  readonly botId: string | undefined;
  readonly teamId: string;
}

/** Rejects with a `Problem` when the token is refused or lacks a scope. */
export async function identify(client: webApi.WebClient): Promise<Identity> {
  const answer = await client.auth.test().catch((thrown: unknown) => {
    const code = refusalCode(thrown);
    throw code === null ? unreachable(thrown) : new Problem("slack_token", 500, tokenSentence(code), { cause: thrown });
  });
  const granted = answer.response_metadata?.scopes ?? [];
  const missing = REQUIRED_SCOPES.filter((scope) => !granted.includes(scope));
  if (granted.length > 0 && missing.length > 0) throw new Problem("slack_scope", 500, scopeSentence(missing));
  if (answer.user_id === undefined || answer.team_id === undefined)
    throw new Problem("slack_token", 500, tokenSentence("no bot user"));
  return { botUserId: answer.user_id, botId: answer.bot_id, teamId: answer.team_id };
}

/** Rejects with a `Problem` when Socket Mode cannot be had with that token. */
export async function checkAppToken(client: webApi.WebClient, appToken: string): Promise<void> {
  try {
    await client.apiCall("apps.connections.open", { token: appToken });
  } catch (thrown) {
    const code = refusalCode(thrown);
    if (code === null) throw unreachable(thrown);
    throw new Problem("slack_app_token", 500, appTokenSentence(code), { cause: thrown });
  }
}

export function appTokenSentence(code: string): string {
  switch (code) {
    case "missing_scope":
      return "SLACK_APP_TOKEN lacks `connections:write`. Make a new App-Level Token with it under Basic Information.";
    case "not_allowed_token_type":
      return "SLACK_APP_TOKEN is no App-Level Token. Copy the one that begins with xapp- from Basic Information.";
    case "forbidden_team":
    case "socket_mode_disabled":
      return "Socket Mode is off for the Slack app. Turn it on under Socket Mode.";
    default:
      return `Slack does not accept SLACK_APP_TOKEN (${code}). Make an App-Level Token with \`connections:write\` under Basic Information.`;
  }
}

function unreachable(thrown: unknown): Problem {
  return new Problem("slack_unreachable", 503, failureOf(thrown).reason, { retryAfterSeconds: 10, cause: thrown });
}
