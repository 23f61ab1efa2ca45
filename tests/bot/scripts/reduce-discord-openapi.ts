/**
 * Keeps of Discord's OpenAPI document what the tests use:
 * `npx tsx tests/bot/scripts/reduce-discord-openapi.ts openapi.json` writes tests/data/discord/openapi.json.
 * The whole document: https://github.com/discord/discord-api-spec (specs/openapi.json).
 */
import { readFileSync, writeFileSync } from "node:fs";

const PATHS = [
  "/gateway/bot",
  "/users/@me",
  "/applications/{application_id}/commands",
  "/applications/{application_id}/guilds/{guild_id}/commands",
  "/channels/{channel_id}",
  "/channels/{channel_id}/messages",
  "/channels/{channel_id}/messages/{message_id}",
  "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}",
  "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me",
  "/channels/{channel_id}/messages/{message_id}/threads",
  "/guilds/{guild_id}/members",
  "/guilds/{guild_id}/members/{user_id}",
  "/users/@me/channels",
  "/interactions/{interaction_id}/{interaction_token}/callback",
  "/webhooks/{webhook_id}/{webhook_token}",
  "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
];
const METHODS: Readonly<Record<string, readonly string[]>> = {
  "/users/@me": ["get"],
  "/users/@me/channels": ["post"],
  "/channels/{channel_id}": ["get", "patch"],
  "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}": ["get"],
  "/channels/{channel_id}/messages/{message_id}/threads": ["post"],
  "/guilds/{guild_id}/members": ["get"],
  "/guilds/{guild_id}/members/{user_id}": ["get"],
  "/webhooks/{webhook_id}/{webhook_token}": ["post"],
  "/webhooks/{webhook_id}/{webhook_token}/messages/@original": ["get", "patch"],
  "/channels/{channel_id}/messages/{message_id}": ["get", "patch", "delete"],
  "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": ["put"],
};
const LEFT_OUT = new Set(["headers", "security", "tags", "description", "x-discord-union", "externalDocs"]);
const FORMS = new Set(["application/x-www-form-urlencoded", "multipart/form-data"]);

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

function object(value: Json | undefined): { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as { [name: string]: Json })
    : {};
}

/** Without what judges nothing. `named` says that the keys are names, not keywords. */
function kept(value: Json, named = false): Json {
  if (Array.isArray(value)) return value.map((one: Json) => kept(one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => named || !(LEFT_OUT.has(key) || FORMS.has(key)))
      .map(([key, one]) => [key, kept(one, !named && key === "properties")]),
  );
}

function refsIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === "$ref" && typeof one === "string" ? [one] : refsIn(one),
  );
}

function at(document: Json, ref: string): Json {
  return ref
    .slice(2)
    .split("/")
    .reduce<Json>((value, name) => object(value)[name] ?? null, document);
}

const source = process.argv[2] ?? "";
const whole = JSON.parse(readFileSync(source, "utf8")) as Json;
const paths = Object.fromEntries(
  PATHS.map((path) => {
    const operations = object(object(object(whole)["paths"])[path]);
    const methods = METHODS[path] ?? ["get", "put", "post"];
    return [
      path,
      Object.fromEntries(methods.flatMap((m) => (operations[m] === undefined ? [] : [[m, kept(operations[m])]]))),
    ];
  }),
);
const components: Record<string, Record<string, Json>> = {};
const open = refsIn(paths);
for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
  const [, , group = "", name = ""] = ref.split("/");
  const part = (components[group] ??= {});
  if (part[name] !== undefined) continue;
  part[name] = kept(at(whole, ref));
  open.push(...refsIn(part[name]));
}
const { openapi, info } = object(whole);
const target = new URL("../../data/discord/openapi.json", import.meta.url);
writeFileSync(target, `${JSON.stringify({ openapi, info, paths, components })}\n`);
