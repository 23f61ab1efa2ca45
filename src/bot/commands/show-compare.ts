import type { SeriesChart } from "../../charts/chart.ts";
import { localDay, Temporal } from "../../core/time.ts";
import type { Series } from "../../metrics/answers.ts";
import { metricOf, type MetricName } from "../../metrics/catalogue.ts";
import { formatChange } from "../../metrics/format.ts";
import type { Earlier, EarlierSeries } from "../../metrics/read/details.ts";
import type { Fact } from "../message.ts";
import { rangeText, windowBeforeName, windowName } from "../window-words.ts";
import type { CommandContext } from "./context.ts";
import { FEWEST_ANSWERS } from "./show-nps.ts";
import { spanText, valueFact } from "./show-numbers.ts";
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

export async function comparison(
  metric: MetricName,
  series: Series,
  { earlier, firstDay }: { readonly earlier: Earlier; readonly firstDay: Temporal.PlainDate },
  { details, reader, clock, workspace }: CommandContext,
): Promise<Comparison> {
  const { days } = series.date_range;
  const today = localDay(clock.now(), workspace.timeZone);
  const found = await details.seriesBefore(metric, days, earlier);
  const [before, now] =
    metric === "nps"
      ? await Promise.all([
          enoughBefore(found, details.seriesBefore("nps_responses", days, earlier)),
          enoughNow(series, reader.series("nps_responses", days)),
        ])
      : [found.values, series.points.map(({ value }) => value)];
  const isOnRecord = firstDay.toString() <= found.date_range.start;
  return {
    earlier,
    name: earlier === "previous" ? windowBeforeName(days) : "a year ago",
    fact: comparedFact(metric, series, isOnRecord ? found : null, today),
    chart: comparedChart(metric, series, { now, before, range: found.date_range }, today),
    sentence: isOnRecord
      ? null
      : `Nothing to compare with: of ${rangeText(found.date_range, today)} not all days are on record.`,
    data: found,
  };
}

function comparedFact(
  metric: MetricName,
  series: Series,
  found: EarlierSeries | null,
  today: Temporal.PlainDate,
): Fact {
  const currency = series.currency ?? "";
  const change =
    found === null
      ? null
      : formatChange(metric, series.window.value, found.window.value, {
          currency,
          before: spanText(metric, found.date_range, today),
        });
  return {
    ...valueFact(metric, series, today),
    ...(change === null ? {} : { detail: change.text, tone: change.tone }),
  };
}

interface Lines {
  readonly now: readonly (number | null)[];
  readonly before: readonly (number | null)[];
  readonly range: Series["date_range"];
}

/** Both lines over the days of the window; the earlier days stand where those of the window do. */
function comparedChart(
  metric: MetricName,
  series: Series,
  { now, before, range }: Lines,
  today: Temporal.PlainDate,
): SeriesChart {
  const { label } = metricOf(metric);
  const isKnown = before.some((value) => value !== null);
  return {
    ...drawnAs(metric),
    kind: "line",
    title: `${label}, ${windowName(series.date_range.days).toLowerCase()}`,
    ...(series.currency === undefined ? {} : { currency: series.currency }),
    labels: series.points.map(({ date }) => date),
    series: [
      { label: rangeText(series.date_range, today), values: now },
      ...(isKnown ? [{ label: rangeText(range, today), values: before, days: daysIn(range) }] : []),
    ],
  };
}

function daysIn({ start, days }: Series["date_range"]): string[] {
  const first = Temporal.PlainDate.from(start);
  return Array.from({ length: days }, (_, index) => first.add({ days: index }).toString());
}

async function enoughBefore(score: EarlierSeries, answers: Promise<EarlierSeries>): Promise<(number | null)[]> {
  const { values } = await answers;
  return score.values.map((value, index) => ((values[index] ?? 0) >= FEWEST_ANSWERS ? value : null));
}

async function enoughNow({ points }: Series, answers: Promise<Series>): Promise<(number | null)[]> {
  const counts = (await answers).points;
  return points.map(({ value }, index) => ((counts[index]?.value ?? 0) >= FEWEST_ANSWERS ? value : null));
}
