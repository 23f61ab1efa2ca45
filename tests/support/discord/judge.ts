import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";

type Json = { readonly [name: string]: unknown };

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly parameters: readonly string[];
}

export interface Judge {
  /** The operation that a request is for; undefined when Discord has none such. */
  operationOf(method: string, path: string): Operation | undefined;
  /** What Discord's document says is wrong with it. */
  faultsOfRequest(operation: Operation, body: unknown): string[];
  faultsOfAnswer(operation: Operation, status: number, body: unknown): string[];
  /** Fields that Discord's document does not know: it ignores them, so they are probably misspelt. */
  unknownFields(operation: Operation, body: unknown): string[];
}

const DOCUMENT = new URL("../../data/discord/openapi.json", import.meta.url);
const STRICT =
  /^(RichEmbed|.*For(?:Message|Modal)Request$|ModalInteractionCallback|MessageCreateRequest$|CreateMessageInteraction|IncomingWebhook)/;
/** discord.js sends them where they mean nothing. */
const HARMLESS = new Set([
  "tts",
  "nonce",
  "enforce_nonce",
  "sticker_ids",
  "message_reference",
  "poll",
  "applied_tags",
  "thread_name",
]);
const formats = {
  snowflake: /^(0|[1-9][0-9]*)$/,
  nonce: true,
  int32: { type: "number", validate: (value: number) => Number.isInteger(value) && Math.abs(value) <= 2 ** 31 },
  int64: { type: "number", validate: Number.isInteger },
} as const;

function object(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function addAll(ajv: Ajv2020, document: unknown): Ajv2020 {
  const addFormats = addFormatsModule as unknown as (target: Ajv2020) => void;
  addFormats(ajv);
  for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format);
  return ajv.addSchema(document as object, "discord");
}

function closed(document: Json): Json {
  const components = object(document["components"]);
  const schemas = Object.entries(object(components["schemas"])).map(([name, schema]) => [
    name,
    STRICT.test(name) && object(schema)["properties"] !== undefined
      ? { ...object(schema), additionalProperties: false }
      : schema,
  ]);
  return { ...document, components: { ...components, schemas: Object.fromEntries(schemas) as Json } };
}

/** Judges requests and answers by Discord's own OpenAPI document. */
export function createJudge(): Judge {
  const document = JSON.parse(readFileSync(DOCUMENT, "utf8")) as Json;
  const options = { strict: false, allErrors: true } as const;
  const open = addAll(new Ajv2020(options), document);
  const strict = addAll(new Ajv2020(options), closed(document));
  const compiled = new Map<string, ValidateFunction>();
  const paths = object(document["paths"]);
  const patterns = Object.keys(paths)
    .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "([^/]+)")}$`) }))
    .toSorted((one, other) => one.path.split("{").length - other.path.split("{").length);

  function validatorOf(ajv: Ajv2020, mark: string, ref: string): ValidateFunction {
    const known = compiled.get(mark + ref);
    if (known !== undefined) return known;
    const made = ajv.compile({ $ref: `discord#${ref}` });
    compiled.set(mark + ref, made);
    return made;
  }

  function errors(ajv: Ajv2020, mark: string, ref: string, body: unknown) {
    const validate = validatorOf(ajv, mark, ref);
    return validate(body) ? [] : (validate.errors ?? []);
  }

  function requestRef({ path, method }: Operation): string | null {
    const operation = object(object(paths[path])[method]);
    if (operation["requestBody"] === undefined) return null;
    return pointer(["paths", path, method, "requestBody", "content", "application/json", "schema"]);
  }

  function answerRef({ path, method }: Operation, status: number): string | null {
    const responses = object(object(object(paths[path])[method])["responses"]);
    const key = [String(status), `${String(status).charAt(0)}XX`].find((one) => responses[one] !== undefined);
    if (key === undefined) return null;
    const ref = object(responses[key])["$ref"];
    if (typeof ref === "string") return `${ref.slice(1)}/content/application~1json/schema`;
    if (object(responses[key])["content"] === undefined) return "";
    return pointer(["paths", path, method, "responses", key, "content", "application/json", "schema"]);
  }

  return {
    operationOf(method, path) {
      for (const candidate of patterns) {
        const match = candidate.pattern.exec(path);
        const isKnown = object(paths[candidate.path])[method.toLowerCase()] !== undefined;
        if (match !== null && isKnown)
          return {
            path: candidate.path,
            method: method.toLowerCase(),
            parameters: match.slice(1).map(decodeURIComponent),
          };
      }
      return undefined;
    },
    faultsOfRequest(operation, body) {
      const ref = requestRef(operation);
      if (ref === null) return [];
      return errors(open, "open ", ref, body).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
    },
    faultsOfAnswer(operation, status, body) {
      const ref = answerRef(operation, status);
      if (ref === null) return [`Discord does not answer ${operation.method} ${operation.path} with ${status}`];
      if (ref === "") return [];
      return errors(open, "open ", ref, body).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
    },
    unknownFields(operation, body) {
      const ref = requestRef(operation);
      if (ref === null) return [];
      return errors(strict, "strict ", ref, body).flatMap(({ keyword, instancePath, params }) => {
        const field = String(object(params)["additionalProperty"]);
        return keyword === "additionalProperties" && !HARMLESS.has(field) ? [`${instancePath}/${field}`] : [];
      });
    },
  };
}

function pointer(parts: readonly string[]): string {
  return `/${parts.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;
}
