import library from "quickchart-js";
import { postOut } from "../core/outgoing-post.ts";
import { chartJsConfig } from "./chart-js-config.ts";
import { measureText } from "./measure-text.ts";
import { paletteOf } from "./palette.ts";
import { CHART_WIDTH, usualHeight, type PngRenderer } from "./png.ts";
import { printable } from "./printable.ts";
import { withoutTrailing } from "../core/trailing.ts";

export interface QuickChartParts {
  /** Address of a QuickChart server of one's own, without `/chart`. */
  readonly url: string;
  readonly allowPrivate: boolean;
  readonly deadlineMs?: number;
}

/** What is imported is the class itself; the library's types are those of its CommonJS build. */
const QuickChart = library as unknown as typeof library.default;

const DEADLINE_MS = 5_000;
const MOST_BYTES = 5_000_000;
const CHART_JS = "4";
const PNG_SIGNATURE = "89504e470d0a1a0a";
const HATCH_PIXELS = 10;

/** Draws on a QuickChart server, from the same configuration as the local renderer, without what that one writes beside it. */
export function createQuickChartRenderer({
  url,
  allowPrivate,
  deadlineMs = DEADLINE_MS,
}: QuickChartParts): PngRenderer {
  return {
    render(chart, { theme, width = CHART_WIDTH, height = usualHeight(chart) }) {
      const palette = paletteOf(theme);
      const code = new Set<unknown>();
      const hatch = (colour: string) => {
        const drawn = QuickChart.pattern.draw("diagonal-right-left", palette.background, colour, HATCH_PIXELS);
        code.add(drawn);
        return drawn;
      };
      const drawable = chartJsConfig(printable(chart), { palette, width, hatch, measure: measureText, room: null });
      const config = withoutCode(drawable, code);
      const drawing = new CheckedQuickChart({ url, allowPrivate, deadlineMs })
        .setConfig(config)
        .setVersion(CHART_JS)
        .setWidth(width)
        .setHeight(height)
        .setDevicePixelRatio(2)
        .setBackgroundColor(palette.background)
        .setFormat("png");
      return drawing.toBinary();
    },
  };
}

/** The library takes a text between these for JavaScript, to be run by the server. */
const CODE_MARK = /(?<=__(?:BEGIN|END))FUNCTION__/g;

/** The same configuration in which no text from outside, a plan's name say, is taken for code; `code` holds our own. */
function withoutCode<Value>(value: Value, code: ReadonlySet<unknown>): Value;
function withoutCode(value: unknown, code: ReadonlySet<unknown>): unknown {
  if (typeof value === "string") return code.has(value) ? value : value.replaceAll(CODE_MARK, "FUNCTION\u2060__");
  if (Array.isArray(value)) return value.map((one) => withoutCode(one, code));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutCode(one, code)]));
}

/** The library's own request has no deadline, follows redirects and takes any address; this one does not. */
class CheckedQuickChart extends QuickChart {
  readonly #to: Required<QuickChartParts>;

  constructor(to: Required<QuickChartParts>) {
    super();
    this.#to = to;
  }

  override async toBinary(): Promise<Buffer> {
    const { url, allowPrivate, deadlineMs } = this.#to;
    const body = JSON.stringify(this.getPostData());
    const png = await post(new URL(`${withoutTrailing(url, "/")}/chart`), { body, allowPrivate, deadlineMs });
    if (png.subarray(0, 8).toString("hex") !== PNG_SIGNATURE)
      throw new Error("QuickChart answered something that is no PNG");
    return png;
  }
}

interface Post {
  readonly body: string;
  readonly allowPrivate: boolean;
  readonly deadlineMs: number;
}

async function post(url: URL, given: Post): Promise<Buffer> {
  const answer = await postOut(url, { ...given, headers: {} });
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new Error("QuickChart answered too much");
    parts.push(part);
  }
  if (answer.statusCode !== 200) throw Object.assign(new Error("QuickChart refused"), { status: answer.statusCode });
  return Buffer.concat(parts);
}
