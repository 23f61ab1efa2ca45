const PATH = "/slack/events";

/** By the path and nothing else: `/api/slack/events` and `/metrics?next=/slack/events` are other addresses. */
export function isForSlack(url: string): boolean {
  return url.includes(PATH) && new URL(url).pathname === PATH;
}
