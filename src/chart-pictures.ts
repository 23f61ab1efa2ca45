import type { ChatName } from "./bot/platform.ts";
import type { Chart, Theme } from "./charts/chart.ts";
import { createPngRenderer, type PngRenderer } from "./charts/png.ts";
import { withFallback } from "./charts/with-fallback.ts";
import type { Config } from "./config.ts";
import { describeError } from "./core/log.ts";
import { PrivateAddressError } from "./core/public-address.ts";

/** Discord is dark for most of its users; Slack and a file are light. */
const THEMES = { slack: "light", discord: "dark", file: "light" } as const satisfies Record<ChatName | "file", Theme>;

/** Draws charts as they look best where they are shown. */
export type Pictures = (place: keyof typeof THEMES) => (chart: Chart) => Promise<Buffer>;

type Settings = Pick<Config, "QUICKCHART_URL" | "QUICKCHART_ALLOW_PRIVATE">;

/** `sentence` says what happened and, where a person can mend it, how. */
type OnFailure = (sentence: string, error: Readonly<Record<string, unknown>>) => void;

/** Drawn here, or on the QuickChart server that is set; when that one fails, here. */
export async function createPictures(config: Settings, onFailure: OnFailure): Promise<Pictures> {
  const renderer = await rendererFor(config, onFailure);
  return (place) => (chart) => renderer.render(chart, { theme: THEMES[place] });
}

async function rendererFor(config: Settings, onFailure: OnFailure): Promise<PngRenderer> {
  const { QUICKCHART_URL: url, QUICKCHART_ALLOW_PRIVATE: allowPrivate } = config;
  const local = createPngRenderer();
  if (url === undefined) return local;
  const { createQuickChartRenderer } = await import("./charts/quickchart.ts");
  return withFallback(createQuickChartRenderer({ url, allowPrivate }), local, (thrown) => {
    const why =
      thrown instanceof PrivateAddressError
        ? "QUICKCHART_URL leads to a private address: set QUICKCHART_ALLOW_PRIVATE=true if it is meant to."
        : "QuickChart did not draw a chart: see whether QUICKCHART_URL answers.";
    onFailure(`${why} The chart was drawn without it.`, describeError(thrown));
  });
}
