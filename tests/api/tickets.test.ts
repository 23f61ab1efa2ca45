import { expect, test } from "vitest";
import { createOffice, opening, said, THREAD } from "../tickets/office.ts";
import { ADMIN_KEY, bearer, createRig } from "./support.ts";

async function createTicketApi() {
  const office = await createOffice();
  const { api } = createRig(office.db, { desk: office.desk });
  const get = async (path: string) => {
    const response = await api.request(path, { headers: bearer(ADMIN_KEY) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { ...office, get };
}

test("a ticket is shown with its conversation and the team's notes", async () => {
  const { desk, get, passMinutes, now } = await createTicketApi();
  await desk.open(opening());
  passMinutes(10);
  await desk.hear("TCK-1", said("agent", now(), { attachments: [{ name: "log.txt", url: "https://files.test/1" }] }));
  await desk.note("TCK-1", { author: "slack:U_KIM", key: "1", text: "seen it before" });
  expect(await get("/api/tickets/TCK-1")).toEqual({
    status: 200,
    body: {
      ticket_id: "TCK-1",
      status: "in_progress",
      priority: "high",
      category: "bug",
      subject: "Export fails",
      user_id: "u_7",
      team_id: null,
      assignee: null,
      opened_at: "2026-11-20T09:00:00Z",
      first_response_at: "2026-11-20T09:10:00Z",
      first_resolved_at: null,
      last_resolved_at: null,
      due_at: null,
      messages: 1,
      conversation: [
        {
          author: "slack:agent",
          by: "agent",
          at: "2026-11-20T09:10:00+00:00",
          text: "it still fails",
          attachments: [{ name: "log.txt", url: "https://files.test/1" }],
          edited_at: null,
          deleted: false,
        },
      ],
      notes: [{ author: "slack:U_KIM", at: "2026-11-20T09:10:00+00:00", text: "seen it before" }],
    },
  });
});

test("pages of tickets hold each once, whatever opened at the same instant", async () => {
  const { desk, get, passMinutes } = await createTicketApi();
  for (let n = 1; n <= 7; n += 1) {
    await desk.open(opening({ thread: { ...THREAD, thread: `${n}` } }));
    if (n % 3 === 0) passMinutes(1);
  }
  const seen: unknown[] = [];
  for (let next = ""; ;) {
    const { body } = await get(`/api/tickets?status=all&limit=2${next}`);
    seen.push(...(body["tickets"] as { ticket_id: string }[]).map(({ ticket_id }) => ticket_id));
    if (body["next"] === null) break;
    next = `&after=${String(body["next"])}`;
  }
  expect(seen).toEqual(["TCK-7", "TCK-6", "TCK-5", "TCK-4", "TCK-3", "TCK-2", "TCK-1"]);
});

test("only open tickets are listed unless others are asked for", async () => {
  const { desk, get } = await createTicketApi();
  await desk.open(opening());
  await desk.open(opening({ thread: null }));
  await desk.act("TCK-1", { kind: "resolve" }, { actor: "slack:U_KIM", key: "1" });
  const ids = async (query: string) =>
    ((await get(`/api/tickets${query}`)).body["tickets"] as { ticket_id: string }[]).map(({ ticket_id }) => ticket_id);
  expect(await ids("")).toEqual(["TCK-2"]);
  expect(await ids("?status=resolved")).toEqual(["TCK-1"]);
});

test.each([
  ["/api/tickets?status=gone", 400, "invalid_query"],
  ["/api/tickets?limit=0", 400, "invalid_query"],
  ["/api/tickets?after=nonsense", 400, "invalid_query"],
  ["/api/tickets/TCK-9", 404, "unknown_ticket"],
  ["/api/tickets/%00", 404, "unknown_ticket"],
])("%s is refused with %i %s", async (path, status, code) => {
  const { get } = await createTicketApi();
  expect(await get(path)).toMatchObject({ status, body: { code } });
});
