import { CALLED } from "../core/called.ts";
import { html } from "hono/html";
import { complaintBox, type Markup } from "./document.ts";

export interface SignIn {
  /** What was wrong with the last try, with the next step; absent on the first visit. */
  readonly complaint?: { readonly detail: string; readonly next?: string | undefined };
}

export function signInPage({ complaint }: SignIn): Markup {
  return html`<main class="door">
    ${complaint === undefined ? "" : complaintBox(complaint.detail, complaint.next)}
    <div class="panel">
      <h1>Sign in to see the numbers</h1>
      <form method="post" action="/metrics/sign-in">
        <label for="key">Key with the scope read or admin</label>
        <input
          id="key"
          name="key"
          type="password"
          autocomplete="current-password"
          spellcheck="false"
          required
          autofocus
          maxlength="200"
        />
        <div><button type="submit">Sign in</button></div>
      </form>
      <p class="quiet">No key? <code>${CALLED.cli}keys create --scope read</code> makes one.</p>
    </div>
  </main>`;
}
