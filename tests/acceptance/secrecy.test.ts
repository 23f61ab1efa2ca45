import { expect, test } from "vitest";
import { runProgram, type Program } from "../support/program.ts";
import { slackGround } from "../surveys/grounds.ts";
import { chatGround, started } from "./chat-ground.ts";

const PATIENCE = { timeout: 60_000 };
const REASON = "because of the canary bird";

/** What every GET of the program's own description answers to whoever holds a key that reads. */
async function allAnswers({ url }: Program, key: string): Promise<Map<string, string>> {
  const headers = { authorization: `Bearer ${key}` };
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, { get?: object }> };
  const addresses = Object.keys(paths).filter((path) => paths[path]?.get !== undefined);
  const named = addresses.flatMap((path) =>
    path.includes("{metric}")
      ? ["nps", "nps_responses"].map((metric) => path.replace("{metric}", metric))
      : [path.replace("{id}", "TCK-1"), `${path.replace("{id}", "TCK-1")}?days=30`, `${path}?status=all`],
  );
  const answers = new Map<string, string>();
  for (const path of named) {
    const answer = await fetch(url + path, { headers });
    answers.set(path, `${answer.status} ${await answer.text()}`);
  }
  return answers;
}

test("who answered what is in no answer of the API, no export, no ticket, no log and no audit of the running program", async () => {
  const chat = await chatGround();
  const ground = await slackGround("socket", chat.slack);
  const { DATABASE_URL = "", TIMEZONE = "" } = chat.settings;
  const settings = { DATABASE_URL, TIMEZONE, ...ground.settings, NPS_FOLLOW_UP: "slack:U0ADMIN01", LOG_LEVEL: "debug" };
  const program = await started(settings);
  ground.serve(() => program.url);
  await ground.tell(["nps", "ask"], "days=7");
  const posted = () =>
    chat.db.read.run(
      (sql) =>
        sql<{ id: string }[]>`select message_id as id from survey_messages where state = 'posted' and has_digits`,
    );
  await expect.poll(posted, PATIENCE).toHaveLength(1);
  const message = (await posted())[0]?.id ?? "";
  const [unhappy, voter] = [ground.person(1), ground.person(2)];
  ground.react(message, 9, voter);
  expect(await ground.answerPrivately(message, unhappy, { score: "2", why: REASON })).toContain("2 of 10");
  expect((await runProgram("cli", ["link", `slack:${unhappy}`, "u_canary"], settings)).code).toBe(0);
  const tickets = () =>
    chat.db.read.run((sql) => sql`select ticket_id from survey_follow_ups where ticket_id is not null`);
  // The next start looks at once, and not at the next minute.
  await program.kill();
  const again = await started(settings);
  await expect.poll(tickets, PATIENCE).toHaveLength(1);
  expect((await runProgram("cli", ["rollup"], settings)).code).toBe(0);

  const key = (await runProgram("cli", ["keys", "create", "--scope", "read"], settings)).stdout;
  const answers = await allAnswers(again, /bw_[\w-]+/.exec(key)?.[0] ?? "");
  const secret = new RegExp([unhappy, voter, "u_canary", REASON, "chat_"].join("|"));
  for (const [path, answer] of answers) {
    expect(answer, path).not.toMatch(secret);
    expect(answer, path).toMatch(/^(?:200|400|404) /);
  }
  expect(answers.get("/api/tickets/TCK-1")).toMatch(/^200 .*Somebody gave 6 or less/);
  expect(answers.get("/api/metrics/daily?days=30")).toMatch(/^200 .*"nps_responses":2/);
  const audit = await runProgram("cli", ["audit", "--json"], settings);
  for (const said of [again.output(), program.output(), audit.stdout]) expect(said).not.toMatch(secret);
  // Control: whoever runs the program is told.
  expect((await runProgram("cli", ["nps", "who"], settings)).stdout).toContain(unhappy);
  expect((await runProgram("cli", ["nps", "followup", "TCK-1"], settings)).stdout).toContain(REASON);
}, 180_000);
