import { CALLED } from "../core/called.ts";
import { html } from "hono/html";
import type { Markup } from "./document.ts";

/** A new installation: nothing has arrived, so the page says how the first event is sent. */
export function emptyPage(publicUrl: string, signOut: Markup | ""): Markup {
  const command = `curl ${publicUrl}/api/events \\
  -H "Authorization: Bearer $BELLWETHER_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"events":[{"type":"signup","user_id":"u-1"}]}'`;
  return html`<main>
      <div class="top"><h1>No events yet</h1></div>
      <div class="panel">
        <h2>Send the first event</h2>
        <pre><code>${command}</code></pre>
        <p>
          <code>${CALLED.cli}keys create --scope ingest</code> makes a key and prints the line that puts it into
          $BELLWETHER_KEY. This page looks for the first event every 10 seconds.
        </p>
      </div>
    </main>
    <footer>
      <p>Or look around with sample data first: <code>${CALLED.demo}</code></p>
      ${signOut}
    </footer>`;
}
