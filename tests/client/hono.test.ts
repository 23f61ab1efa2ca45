import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import fc from "fast-check";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { stream, streamSSE } from "hono/streaming";
import { describe, expect, it, onTestFinished } from "vitest";
import type { TrackedRequest } from "../../src/client/client.ts";
import { trackRequests, type TrackRequestsOptions } from "../../src/client/hono.ts";
import { openClient, startBellwether } from "./support.ts";

interface World {
  Variables: { userId: string; teamId: string };
}

/** A client that keeps what it is told. */
function recorder() {
  const requests: TrackedRequest[] = [];
  const wrong: string[] = [];
  const client = {
    recordRequest: (told: TrackedRequest) => void requests.push(told),
    notices: { set() {}, wrong: (line: string) => void wrong.push(line) },
  };
  return { client, requests, wrong };
}

/** Hono's own way with errors, without its line on the console. */
function quiet(): Hono<World> {
  const app = new Hono<World>();
  app.onError((error, c) =>
    error instanceof HTTPException ? error.getResponse() : c.text("Internal Server Error", 500),
  );
  return app;
}

function tracked(options: TrackRequestsOptions<World> = {}) {
  const record = recorder();
  const app = quiet();
  app.use(trackRequests(record.client, options));
  return { app, ...record };
}

const BY_VARIABLES: TrackRequestsOptions<World> = { user: (c) => c.get("userId"), team: (c) => c.get("teamId") };

describe("a request", () => {
  it("is recorded after its handler: who, which pattern, how it ended", async () => {
    const { app, requests } = tracked(BY_VARIABLES);
    app.use("/projects/*", async (c, next) => {
      c.set("userId", "u1");
      c.set("teamId", "t1");
      await next();
    });
    app.post("/projects/:id", (c) => c.json({ id: c.req.param("id") }, 201));
    expect((await app.request("/projects/secret-name?token=hush", { method: "POST" })).status).toBe(201);
    expect(requests).toEqual([
      {
        method: "POST",
        route: "/projects/:id",
        status: 201,
        durationMs: expect.any(Number),
        failed: false,
        userId: "u1",
        teamId: "t1",
      },
    ]);
    expect(JSON.stringify(requests)).not.toMatch(/secret|hush/);
  });

  it("has the pattern of the handler that answered, or that a middleware stood before, and never its own address", async () => {
    const { app, requests } = tracked();
    const sub = new Hono();
    sub.get("/items/:item", (c) => c.text("item"));
    sub.onError((_, c) => c.text("sub", 500));
    const foreign = new Hono().get("/x/:y", (c) => c.text("foreign"));
    app.use("/admin/*", (c) => Promise.resolve(c.text("who are you", 401)));
    app.get("/admin/users/:id", (c) => c.text("never"));
    app.get("/users/:id", (c) => c.text("user"));
    app.get("/users/*", (c) => c.text("users"));
    app.all("/any/:thing", (c) => c.text("any"));
    app.route("/shop/:shop", sub);
    app.mount("/mounted", foreign.fetch);
    app.get("/page/*", (c) => c.text("page"));
    for (const path of [
      "/admin/users/7",
      "/users/7",
      "/users/7/x",
      "/any/7",
      "/shop/7/items/8",
      "/mounted/x/9",
      "/page/a/b",
      "/nowhere/7",
      "/admin/nowhere",
    ]) {
      await app.request(path);
    }
    expect(requests.map(({ route, status }) => [route, status])).toEqual([
      ["/admin/users/:id", 401],
      ["/users/:id", 200],
      ["/users/*", 200],
      ["/any/:thing", 200],
      ["/shop/:shop/items/:item", 200],
      ["/mounted/*", 200],
      ["/page/*", 200],
      ["/*", 404],
      ["/admin/*", 401],
    ]);
  });

  it("whose handler throws has failed, unless the application meant to say 4xx", async () => {
    const { app, requests } = tracked();
    app.get("/throws", () => {
      throw new Error("boom");
    });
    app.get("/rejects", () => Promise.reject(new TypeError("boom")));
    app.get("/throws-text", () => {
      // oxlint-disable-next-line no-throw-literal
      throw "boom";
    });
    app.get("/forbidden", () => {
      throw new HTTPException(403);
    });
    app.get("/down", (c) => c.text("down", 503));
    const ask = async (path: string) => {
      try {
        return (await app.request(path)).status;
      } catch (thrown) {
        return thrown;
      }
    };
    expect(await ask("/throws")).toBe(500);
    expect(await ask("/rejects")).toBe(500);
    expect(await ask("/throws-text")).toBe("boom");
    expect(await ask("/forbidden")).toBe(403);
    expect(await ask("/down")).toBe(503);
    expect(requests.map(({ route, status, failed }) => [route, status, failed])).toEqual([
      ["/throws", 500, true],
      ["/rejects", 500, true],
      ["/throws-text", 500, true],
      ["/forbidden", 403, false],
      ["/down", 503, false],
    ]);
  });

  it("is recorded when the application makes an answer of an error itself", async () => {
    const { app, requests } = tracked();
    app.onError((_, c) => c.json({ error: "sorry" }, 200));
    app.get("/throws", () => {
      throw new Error("boom");
    });
    expect(await (await app.request("/throws")).json()).toEqual({ error: "sorry" });
    expect(requests).toMatchObject([{ status: 200, failed: true }]);
  });

  it("whose caller went away has status 499 and is no failure", async () => {
    const { app, requests } = tracked();
    let arrived = (): void => {};
    const began = new Promise<void>((resolve) => (arrived = resolve));
    app.get("/slow", async (c) => {
      arrived();
      await new Promise((resolve) => c.req.raw.signal.addEventListener("abort", resolve));
      throw new Error("nobody listens");
    });
    const { port } = await listen(app);
    const asking = request({ port, path: "/slow" })
      .on("error", () => {})
      .end();
    await began;
    asking.destroy();
    await expect.poll(() => requests).toMatchObject([{ route: "/slow", status: 499, failed: false }]);

    const stopping = new AbortController();
    const aborted = app.request("/slow", { signal: stopping.signal });
    stopping.abort();
    await aborted;
    expect(requests[1]).toMatchObject({ status: 499 });
  });

  it("of nobody is anonymous, and a number is an id", async () => {
    const answers: readonly unknown[] = ["", null, undefined, 0, 17];
    const ids: (string | undefined)[] = [];
    for (const answer of answers) {
      const { app, requests } = tracked({ user: () => answer as never });
      app.get("/", (c) => c.text("ok"));
      await app.request("/");
      ids.push(requests[0]?.userId);
    }
    expect(ids).toEqual([undefined, undefined, undefined, "0", "17"]);
  });

  it("is recorded without a person or team when user or team throws, and the line says what was thrown", async () => {
    for (const name of ["user", "team"] as const) {
      const { app, requests, wrong } = tracked({
        ...BY_VARIABLES,
        [name]: () => {
          throw new TypeError("no session for kim@example.com in the store");
        },
      });
      app.use(async (c, next) => {
        c.set("userId", "u1");
        c.set("teamId", "t1");
        await next();
      });
      app.get("/", (c) => c.text("ok"));
      expect(await (await app.request("/")).text()).toBe("ok");
      const expected = { userId: "u1", teamId: "t1", [`${name}Id`]: undefined };
      expect(requests).toEqual([expect.objectContaining({ route: "/", status: 200, ...expected })]);
      expect(wrong).toEqual([
        expect.stringMatching(
          new RegExp(`^\`${name}\` threw TypeError: no session for … in the store at .*hono\\.test\\.ts:\\d+`),
        ),
      ]);
    }
  });

  it("follows the usual rule when ignore throws", async () => {
    const { app, requests, wrong } = tracked({
      ignore: () => {
        throw new RangeError("no rule");
      },
    });
    app.get("/healthz", (c) => c.text("ok"));
    app.get("/work", (c) => c.text("ok"));
    for (const path of ["/healthz", "/work"]) await app.request(path);
    expect(requests).toMatchObject([{ route: "/work" }]);
    expect(wrong[0]).toMatch(/^`ignore` threw RangeError: no rule at .+; the usual rule is used$/);
  });

  it("has no person when user answers a promise or an object, and the line says so", async () => {
    for (const [answer, what] of [
      [Promise.resolve("u1"), "a promise"],
      [{ id: "u1" }, "object"],
    ]) {
      const { app, requests, wrong } = tracked({ user: () => answer as never });
      app.get("/", (c) => c.text("ok"));
      await app.request("/");
      expect(requests).toMatchObject([{ userId: undefined }]);
      expect(wrong).toEqual([`\`user\` answered ${what as string}, not an id; the request is recorded without a user`]);
    }
  });

  it("that cannot be recorded blames no callback", async () => {
    const wrong: string[] = [];
    const app = quiet();
    app.use(
      trackRequests(
        {
          recordRequest() {
            throw new RangeError("out of room");
          },
          notices: { set() {}, wrong: (line) => void wrong.push(line) },
        },
        { user: () => "u1", team: () => "t1", ignore: () => false },
      ),
    );
    app.get("/", (c) => c.text("ok"));
    expect(await (await app.request("/")).text()).toBe("ok");
    expect(wrong).toEqual([expect.stringMatching(/^a request was not recorded: RangeError: out of room at /)]);
    expect(wrong[0]).not.toMatch(/`?(?:user|team|ignore)`? threw/);
  });
});

describe("left out", () => {
  const everything = (options: TrackRequestsOptions<World> = {}) => {
    const rig = tracked(options);
    rig.app.get("/avatars/:name", (c) => c.text("ok"));
    rig.app.get("/reports/:id", (c) => c.text("ok"));
    rig.app.get("/charts/today.svg", (c) => c.text("ok"));
    rig.app.get("/healthz", (c) => c.text("ok"));
    rig.app.all("*", (c) => c.text("ok"));
    return rig;
  };

  it.each([
    "/healthz",
    "/health",
    "/health/ready",
    "/api/health",
    "/v1/health-check",
    "/-/ready",
    "/readyz",
    "/livez",
    "/ping",
    "/up",
    "/favicon.ico",
    "/robots.txt",
    "/sitemap-2.xml",
    "/assets/app.4f2a.js",
    "/fonts/inter.woff2",
    "/charts/today.svg",
  ])("are probes and static files: %s", async (path) => {
    const { app, requests } = everything();
    expect((await app.request(path)).status).toBe(200);
    expect(requests).toEqual([]);
  });

  it.each(["/", "/avatars/me.png", "/reports/q3.csv", "/health-insurance", "/users/up", "/api/pinging", "/file.pdf"])(
    "is not the application's own work: %s",
    async (path) => {
      const { app, requests } = everything();
      await app.request(path);
      expect(requests).toHaveLength(1);
    },
  );

  it.each([
    ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 0],
    ["Slackbot-LinkExpanding 1.0", 0],
    ["kube-probe/1.31", 0],
    ["ELB-HealthChecker/2.0", 0],
    ["Mozilla/5.0 (compatible; Yahoo! Slurp)", 0],
    ["Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15", 1],
    ["Mozilla/5.0 (Linux; Android 11; CUBOT X30) AppleWebKit/537.36", 1],
    ["curl/8.5.0", 1],
    ["python-requests/2.32", 1],
    ["", 1],
  ])("are bots, told by their user agent: %s", async (agent, count) => {
    const { app, requests } = everything();
    await app.request("/reports/1", { headers: { "user-agent": agent } });
    expect(requests).toHaveLength(count);
    if (agent !== "") expect(JSON.stringify(requests)).not.toContain(agent);
  });

  it("is only an upload to such an address, and what the application says", async () => {
    const posted = everything();
    await posted.app.request("/assets/app.js", { method: "POST" });
    expect(posted.requests).toHaveLength(1);
    const all = everything({ ignore: () => false });
    await all.app.request("/healthz");
    expect(all.requests).toHaveLength(1);
    const more = everything({ ignore: (c, usual) => usual || c.req.path.startsWith("/internal/") });
    for (const path of ["/internal/x", "/healthz", "/outside"]) await more.app.request(path);
    expect(more.requests).toMatchObject([{ route: "/*" }]);
  });
});

describe("an application", () => {
  const behaviour = fc.oneof(
    fc.record({
      does: fc.constantFrom("text", "json", "stream", "sse", "html" as const),
      status: fc.constantFrom(200, 201, 204, 301, 404, 422, 500, 503),
      body: fc.string({ maxLength: 200 }),
      headers: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,8}$/), fc.stringMatching(/^[\w ]{0,20}$/), { maxKeys: 3 }),
    }),
    fc.record({
      does: fc.constantFrom("throw", "reject", "throw-text", "exception", "forget", "wrong-stream" as const),
      status: fc.constantFrom(400, 401, 500),
      body: fc.string({ maxLength: 50 }),
      headers: fc.constant({}),
    }),
  );
  type Behaviour = typeof behaviour extends fc.Arbitrary<infer T> ? T : never;

  function behaving(app: Hono<World>, { does, status, body, headers }: Behaviour): Hono<World> {
    const bare = status === 204 || status === 301 ? null : body;
    app.use("/:x", async (c, next) => {
      c.header("x-before", "1");
      await next();
      c.header("x-after", "1");
    });
    app.all("/:x", async (c): Promise<Response> => {
      for (const [name, value] of Object.entries(headers)) c.header(name, value);
      switch (does) {
        case "text":
          return bare === null ? c.body(null, status as 204) : c.body(bare, status as 200);
        case "json":
          return bare === null ? c.body(null, status as 204) : c.json({ body }, status as 200);
        case "html":
          return new Response(bare, {
            status,
            headers: { ...headers, "content-type": "text/html", "set-cookie": "a=1" },
          });
        case "stream":
          return stream(c, async (out) => {
            await out.write(body);
            await out.write("end");
          });
        case "sse":
          return streamSSE(c, (out) => out.writeSSE({ data: "tick", id: "1" }));
        case "throw":
          throw new Error(body);
        case "reject":
          return await Promise.reject(new TypeError(body));
        case "throw-text":
          // oxlint-disable-next-line no-throw-literal
          throw body;
        case "exception":
          throw new HTTPException(status as 400, { message: body });
        case "forget":
          return undefined as never;
        case "wrong-stream":
          return c.body(
            new ReadableStream({
              pull(controller) {
                controller.error(new Error(body));
              },
            }),
          );
      }
    });
    return app;
  }

  async function seen(app: Hono<World>, method: string): Promise<unknown> {
    try {
      const answer = await app.request("/thing?a=b", { method, ...(method === "POST" ? { body: "sent" } : {}) });
      const body = await answer.text().catch((failure: unknown) => String(failure));
      return [answer.status, [...answer.headers], body];
    } catch (thrown) {
      return ["thrown", String(thrown)];
    }
  }

  it("answers and fails with the middleware exactly as without it", async () => {
    const silent = (app: Hono<World>) => app.onError((error, c) => c.text(error.message, 500));
    await fc.assert(
      fc.asyncProperty(
        behaviour,
        fc.constantFrom("GET", "HEAD", "POST", "OPTIONS"),
        fc.boolean(),
        async (how, method, own) => {
          const { app, requests } = tracked(BY_VARIABLES);
          const bare = quiet();
          if (own) for (const one of [app, bare]) silent(one);
          const [withIt, without] = await Promise.all([
            seen(behaving(app, how), method),
            seen(behaving(bare, how), method),
          ]);
          expect(withIt).toEqual(without);
          expect(requests).toHaveLength(1);
          expect(requests[0]).toMatchObject({ method, route: how.does === "forget" ? expect.any(String) : "/:x" });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("over a real server tells a real Bellwether what happened", async () => {
    const bellwether = await startBellwether();
    const { client, lines } = openClient(bellwether);
    const app = quiet();
    app.use(trackRequests(client, BY_VARIABLES));
    app.use(async (c, next) => {
      const user = c.req.header("x-user");
      if (user !== undefined) c.set("userId", user);
      await next();
    });
    app.get("/projects/:id", (c) => c.text("ok"));
    app.get("/broken", () => {
      throw new Error("boom");
    });
    const { port } = await listen(app);
    const ask = (path: string, user?: string) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers: user === undefined ? {} : { "x-user": user } });
    for (const user of ["u1", "u2", undefined]) await ask("/projects/42?secret=1", user);
    await ask("/broken", "u1");
    await ask("/wp-login.php");
    await ask("/healthz");
    expect(await client.flush()).toBe(true);
    expect(client.stats()).toMatchObject({ accepted: 5, rejected: 0, dropped: 0 });
    const rows = await bellwether.db.read.run(
      (
        sql,
      ) => sql`select f.method, f.route, l.status, l.failed, count(*)::int as n, count(distinct user_no)::int as people
        from usage_logs l join features f using (feature_no) group by 1, 2, 3, 4 order by f.route collate "C"`,
    );
    expect(rows).toEqual([
      { method: "GET", route: "/*", status: 404, failed: false, n: 1, people: 0 },
      { method: "GET", route: "/broken", status: 500, failed: true, n: 1, people: 1 },
      { method: "GET", route: "/projects/:id", status: 200, failed: false, n: 3, people: 2 },
    ]);
    expect(lines.said.map(({ line }) => line)).toEqual([
      expect.stringMatching(/^bellwether: events go to /),
      "bellwether: requests are recorded",
    ]);
  });
});

async function listen(app: Hono<World>): Promise<AddressInfo> {
  const listener = getRequestListener(app.fetch);
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server.address() as AddressInfo;
}
