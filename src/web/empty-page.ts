import { html } from "hono/html";
import type { Markup } from "./document.ts";

/** A new installation: nothing has arrived, so the page says how the first event is sent. */
export function emptyPage(publicUrl: string, signOut: Markup | ""): Markup {
  const command = `curl ${publicUrl}/api/events \\
  -H "Authorization: Bearer YOUR_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"events":[{"type":"signup","user_id":"u-1"}]}'`;
  return html`<main>
      <div class="top"><h1>No events yet</h1></div>
      <div class="panel">
        <h2>Send the first event</h2>
        <pre><code>${command}</code></pre>
        <p>
          YOUR_KEY is a key with the scope ingest or admin: <code>npm run cli -- keys create --scope ingest</code> makes
          one. This page looks for the first event every 10 seconds.
        </p>
      </div>
    </main>
    <footer>
      <p>Or look around with made-up data first: <code>npm start -- --demo</code></p>
      ${signOut}
    </footer>`;
}
