const MACHINE =
  /(?<!cu)bot(?![a-z])|crawl|spider|slurp|archiver|headless|lighthouse|facebookexternalhit|mediapartners|bingpreview|uripreview|embedly|whatsapp|pingdom|uptime|statuscake|site24x7|kube-probe|healthcheck|googlehc|blackbox|prometheus|synthetic/i;
const PROBE =
  /^\/(?:(?:api|internal|v\d+|-)\/)?(?:_?health(?:z|y|[_-]?check)?|livez|liveness|readyz|readiness|ping|up|(?<=-\/)ready)(?:\/(?:live|liveness|ready|readiness|startup))?\/?$/i;
const STATIC =
  /\.(?:[cm]?js|css|map|png|jpe?g|gif|svg|ico|webp|avif|bmp|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wasm|webmanifest)$|\/(?:robots|humans|ads|security)\.txt$|\/sitemap[\w-]*\.xml(?:\.gz)?$/i;

const REMEMBERED = 1_000;
const LONGEST_AGENT = 500;

/** Whether a user agent is that of a bot or of a probe. Nothing of it is kept but the answer for the latest ones. */
export function createMachineCheck(): (userAgent: string) => boolean {
  const check = remembering((agent) => MACHINE.test(agent));
  return (userAgent) => check(userAgent.slice(0, LONGEST_AGENT));
}

export type Purpose = "probe" | "static" | "work";

/**
 * What a request is for, by its route; by the path itself where the route takes whatever comes (`/assets/*`), so that
 * `/avatars/:name` is the application's own work also when a name ends in `.png`.
 */
export function createPurposeCheck(): (method: string, route: string, path: () => string) => Purpose {
  const purposeOf = remembering(judge);
  return (method, route, path) => {
    const purpose = route.includes("*") ? judge(path()) : purposeOf(route);
    return purpose === "static" && method !== "GET" && method !== "HEAD" ? "work" : purpose;
  };
}

function judge(path: string): Purpose {
  if (PROBE.test(path)) return "probe";
  return STATIC.test(path) ? "static" : "work";
}

function remembering<T>(judgeText: (text: string) => T): (text: string) => T {
  let known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= REMEMBERED) known = new Map();
    const answer = judgeText(text);
    known.set(text, answer);
    return answer;
  };
}
