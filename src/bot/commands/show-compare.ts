import type { SeriesChart } from "../../charts/chart.ts";
import type { Temporal } from "../../core/time.ts";
import type { Series } from "../../metrics/answers.ts";
import { metricOf, type MetricName } from "../../metrics/catalogue.ts";
import type { Earlier, EarlierSeries } from "../../metrics/read/details.ts";
import type { Fact } from "../message.ts";
import { rangeText, windowBeforeName } from "../window-words.ts";
import type { CommandContext } from "./context.ts";
import { FEWEST_ANSWERS } from "./show-nps.ts";
import { changeText, labelsOf, monthLabel, valueFact } from "./show-numbers.ts";
import type { WindowMeant } from "./window-options.ts";
import { drawnAs } from "../../charts/drawn-as.ts";

/** A metric beside itself at another time. */
export interface Comparison {
  readonly earlier: Earlier;
  /** "the 30 before" */
  readonly name: string;
  /** The number of the window with how it changed; of a score, nothing is said here. */
  readonly fact: Fact;
  readonly chart: SeriesChart;
  /** Why there is nothing to compare with. */
  readonly sentence: string | null;
  readonly data: unknown;
}

/** `series` has been set beside the same earlier days. */
export async function comparison(
  metric: MetricName,
  series: Series,
  { earlier, window }: { readonly earlier: Earlier; readonly window: WindowMeant },
  { details, reader }: CommandContext,
): Promise<Comparison> {
  const { wish, today } = window;
  const found = await details.seriesBefore(metric, wish, earlier);
  const [before, now] =
    metric === "nps"
      ? await Promise.all([
          enoughBefore(found, details.seriesBefore("nps_responses", wish, earlier)),
          enoughNow(series, reader.series("nps_responses", wish)),
        ])
      : [found.values, series.points.map(({ value }) => value)];
  const isOnRecord = found.date_range.days_known === found.date_range.days;
  return {
    earlier,
    name: earlier === "previous" ? windowBeforeName(wish) : "a year ago",
    fact: comparedFact(metric, series, today),
    chart: comparedChart(metric, series, { now, before, range: found.date_range, dates: found.dates }, window),
    sentence: isOnRecord
      ? null
      : `Nothing to compare with: of ${rangeText(found.date_range, today)} not all days are on record.`,
    data: found,
  };
}

function comparedFact(metric: MetricName, series: Series, today: Temporal.PlainDate): Fact {
  const change = changeText(metric, series, today);
  return {
    ...valueFact(metric, series, today),
    ...(change === null ? {} : { detail: change.text, tone: change.tone }),
  };
}

interface Lines {
  readonly now: readonly (number | null)[];
  readonly before: readonly (number | null)[];
  readonly range: EarlierSeries["date_range"];
  readonly dates: readonly string[];
}

/** Both lines over the days of the window; the earlier days stand where those of the window do. */
function comparedChart(
  metric: MetricName,
  series: Series,
  { now, before, range, dates }: Lines,
  { name, today }: WindowMeant,
): SeriesChart {
  const { label } = metricOf(metric);
  const isKnown = before.some((value) => value !== null);
  return {
    ...drawnAs(metric),
    kind: "line",
    title: `${label}, ${name}`,
    ...(series.currency === undefined ? {} : { currency: series.currency }),
    labels: labelsOf(series),
    series: [
      { label: rangeText(series.date_range, today), values: now },
      ...(isKnown ? [{ label: rangeText(range, today), ...besideOf(series, before, dates) }] : []),
    ],
  };
}

/** As many as the axis has: a month before may have fewer days, or more, of which the last find no place. */
function besideOf({ points, step }: Series, before: readonly (number | null)[], dates: readonly string[]) {
  const values = points.map((_, index) => before[index] ?? null);
  const days = points.map((_, index) => dates[index] ?? "");
  return { values, days: step === "month" ? days.map((date) => (date === "" ? "" : monthLabel(date))) : days };
}

async function enoughBefore(score: EarlierSeries, answers: Promise<EarlierSeries>): Promise<(number | null)[]> {
  const { values } = await answers;
  return score.values.map((value, index) => ((values[index] ?? 0) >= FEWEST_ANSWERS ? value : null));
}

async function enoughNow({ points }: Series, answers: Promise<Series>): Promise<(number | null)[]> {
  const counts = (await answers).points;
  return points.map(({ value }, index) => ((counts[index]?.value ?? 0) >= FEWEST_ANSWERS ? value : null));
}
