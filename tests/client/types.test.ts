import { Hono } from "hono";
import { describe, expectTypeOf, it } from "vitest";
import type { z } from "zod";
import type { Client, ClientEvent, RevenueEvent } from "../../src/client/client.ts";
import { trackRequests } from "../../src/client/hono.ts";
import type { eventSchemas, EventSchemas } from "../../src/events/schema/events.ts";
import { createClient } from "../../src/client/client.ts";

type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Uppercase<First>
    ? First extends Lowercase<First>
      ? `${First}${Snake<Rest>}`
      : `_${Lowercase<First>}${Snake<Rest>}`
    : `${First}${Snake<Rest>}`
  : "";
type FieldsOf<Event> = Event extends unknown ? keyof Event & string : never;
type Sent<Type extends ClientEvent["type"]> = Snake<FieldsOf<Extract<ClientEvent, { type: Type }>>>;
type Known<Type extends keyof EventSchemas> = keyof z.infer<(typeof eventSchemas)[Type]>;

describe("the types of the client", () => {
  it("name every kind of event that the server takes, and no field that it refuses", () => {
    expectTypeOf<ClientEvent["type"]>().toEqualTypeOf<keyof EventSchemas>();
    expectTypeOf<Exclude<Sent<"request">, Known<"request">>>().toBeNever();
    expectTypeOf<Exclude<Sent<"error">, Known<"error">>>().toBeNever();
    expectTypeOf<Exclude<Sent<"signup">, Known<"signup">>>().toBeNever();
    expectTypeOf<Exclude<Sent<"activation">, Known<"activation">>>().toBeNever();
    expectTypeOf<Exclude<Sent<"revenue">, Known<"revenue">>>().toBeNever();
    expectTypeOf<Exclude<Sent<"agent_session">, Known<"agent_session">>>().toBeNever();
    expectTypeOf<Exclude<Sent<"health_check">, Known<"health_check">>>().toBeNever();
    expectTypeOf<Exclude<Sent<"nps">, Known<"nps">>>().toBeNever();
    expectTypeOf<Exclude<Sent<"ticket">, Known<"ticket">>>().toBeNever();
    expectTypeOf<Exclude<Sent<"track">, Known<"track">>>().toBeNever();
  });

  it("leave out no field that the server knows, but the path, which is never sent", () => {
    expectTypeOf<Exclude<Known<"request">, Sent<"request">>>().toEqualTypeOf<"path">();
    expectTypeOf<Exclude<Known<"error">, Sent<"error">>>().toBeNever();
    expectTypeOf<Exclude<Known<"signup">, Sent<"signup">>>().toBeNever();
    expectTypeOf<Exclude<Known<"activation">, Sent<"activation">>>().toBeNever();
    expectTypeOf<Exclude<Known<"revenue">, Sent<"revenue">>>().toBeNever();
    expectTypeOf<Exclude<Known<"agent_session">, Sent<"agent_session">>>().toBeNever();
    expectTypeOf<Exclude<Known<"health_check">, Sent<"health_check">>>().toBeNever();
    expectTypeOf<Exclude<Known<"nps">, Sent<"nps">>>().toBeNever();
    expectTypeOf<Exclude<Known<"ticket">, Sent<"ticket">>>().toBeNever();
    expectTypeOf<Exclude<Known<"track">, Sent<"track">>>().toBeNever();
  });

  it("ask for what an event cannot be without", () => {
    expectTypeOf<{ event: "renewed" }>().not.toExtend<RevenueEvent>();
    expectTypeOf<{ event: "renewed"; teamId: string }>().toExtend<RevenueEvent>();
    expectTypeOf<{ event: "renewed"; userId: string }>().toExtend<RevenueEvent>();
    expectTypeOf<{ event: "began"; userId: string }>().not.toExtend<RevenueEvent>();
    expectTypeOf<Parameters<Client["submitNpsSurvey"]>[0]>().toHaveProperty("score").toEqualTypeOf<number>();
    expectTypeOf<Client["createSupportTicket"]>().returns.toEqualTypeOf<string>();
    expectTypeOf<Client["trackUserActivation"]>().returns.toEqualTypeOf<void>();
  });

  it("know what the application keeps in its context", () => {
    const client = createClient({ url: process.env["NOT_SET"], key: undefined, log: null });
    interface World {
      Variables: { account: { id: number } };
    }
    const app = new Hono<World>();
    app.use(
      trackRequests<World>(client, {
        user: (c) => {
          expectTypeOf(c.get("account")).toEqualTypeOf<{ id: number }>();
          return c.get("account").id;
        },
      }),
    );
    app.use("/api/*", trackRequests(client, { user: (c) => c.get("account").id, team: () => null }));
    new Hono().use(trackRequests(client));
    // @ts-expect-error: there is no such variable
    trackRequests<World>(client, { user: (c) => c.get("acount") });
    // @ts-expect-error: an id is no object
    trackRequests<World>(client, { user: (c) => c.get("account") });
  });
});
