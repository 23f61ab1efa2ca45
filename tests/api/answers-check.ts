import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "vitest";
import type { Api } from "../../src/api/api.ts";

export interface Operation {
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<Operation, "method" | "path">>>>>;
}

/** What an answer's own description says against it; null when nothing. */
export type Objection = string | null;

export interface Description {
  readonly operations: readonly Operation[];
  operationOf(method: string, path: string): Operation | undefined;
  judge(operation: Operation, answer: { status: number; type: string | null; body: string }): Objection;
}

const escaped = (text: string): string => text.replaceAll("~", "~0").replaceAll("/", "~1");
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);

export async function readDescription(api: Pick<Api, "request">): Promise<Description> {
  const document = (await (await api.request("/openapi.json")).json()) as Document;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, "openapi");
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({ method: method.toUpperCase(), path, responses })),
  );
  const compiled = new Map<string, ValidateFunction>();
  const validatorOf = ({ path, method }: Operation, status: number, type: string): ValidateFunction => {
    const pointer = ["paths", path, method.toLowerCase(), "responses", String(status), "content", type, "schema"];
    const ref = `openapi#/${pointer.map((part) => encodeURIComponent(escaped(part))).join("/")}`;
    const known = compiled.get(ref) ?? ajv.compile({ $ref: ref });
    compiled.set(ref, known);
    return known;
  };
  return {
    operations,
    operationOf: (method, path) => operations.find((one) => one.method === method && patternOf(one.path).test(path)),
    judge(operation, { status, type, body }) {
      const name = `${operation.method} ${operation.path} answered ${status}`;
      const described = operation.responses[status];
      if (described === undefined) return `${name}, which is not described`;
      const media = (type ?? "").split(";")[0]?.trim() ?? "";
      if (described.content?.[media] === undefined) return `${name} as ${media}, which is not described`;
      const validate = validatorOf(operation, status, media);
      if (validate(media.endsWith("json") ? JSON.parse(body) : body)) return null;
      return `${name} with a body that its schema refuses: ${ajv.errorsText(validate.errors)}`;
    },
  };
}

/**
 * Every answer to a described operation must be one of those described; a test that breaks a part on purpose may see
 * 500. `describing` is asked for the description, so that nothing of it is in the log.
 */
export function checkAnswers(api: Api, describing: Pick<Api, "request">): Api {
  const request = api.request.bind(api);
  let description: Promise<Description> | undefined;
  api.request = async (...[input, init, ...rest]: Parameters<Api["request"]>) => {
    const response = await request(input, init, ...rest);
    const { pathname } = new URL(input instanceof Request ? input.url : input.toString(), "http://localhost");
    const method = (input instanceof Request ? input.method : init?.method) ?? "GET";
    description ??= readDescription(describing);
    const { operationOf, judge } = await description;
    const operation = operationOf(method.toUpperCase(), pathname);
    if (operation === undefined || response.status === 500) return response;
    const body = await response.clone().text();
    expect(judge(operation, { status: response.status, type: response.headers.get("content-type"), body })).toBeNull();
    return response;
  };
  return api;
}
