// What another program would install: the build, by its public names.
import { createClient } from "bellwether/client";
import { trackRequests } from "bellwether/hono";

const [url, key, ending] = process.argv.slice(2);
const client = createClient({ url, key, waitMs: 1, eventsPerBatch: 5 });
trackRequests(client);
for (let n = 0; n < 20; n += 1) client.track("tick", { occurredAt: "2026-11-20T08:00:00Z" });
if (ending === "close") {
  await client.close(1_000);
  const { accepted, dropped } = client.stats();
  console.log(`accepted ${accepted}, dropped ${dropped}`);
} else {
  setTimeout(() => console.log(`recorded ${client.stats().recorded}`), 50);
}
