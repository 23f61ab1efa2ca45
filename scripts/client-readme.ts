export const CLIENT_README = `# bellwether-client

Sends what happens in a Node application to a Bellwether server, in batches and in the background.
It has no dependencies. It never throws, blocks, or keeps the process alive.

\`\`\`ts
import { createClient } from "bellwether-client";

const bellwether = createClient({ url: process.env.BELLWETHER_URL, key: process.env.BELLWETHER_KEY });

bellwether.record({ type: "signup", userId: "user_1", teamId: "team_1" });
bellwether.track("report_exported", { userId: "user_1", properties: { format: "pdf" } });

process.once("SIGTERM", () => void bellwether.close());
\`\`\`

Without a url or a key it is off and says so once. To record the requests of a Hono application (any Hono 4):

\`\`\`ts
import { trackRequests } from "bellwether-client/hono";

app.use(trackRequests(bellwether, { user: (c) => c.get("userId"), team: (c) => c.get("teamId") }));
\`\`\`

The middleware records the method, the route pattern (\`/users/:id\`, never the address itself), the status and the duration of each request. Put it
before everything else. Make a key with \`bellwether keys create --scope ingest\`.
`;
