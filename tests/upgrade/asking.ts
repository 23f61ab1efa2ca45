/** What was answered for each day, oldest first, and for the whole window and the one before it. */
export interface SeriesAnswers {
  readonly days: readonly (number | null)[];
  readonly window: number | null;
  readonly previous: number | null;
}

export interface Answers {
  readonly days: number;
  /** ISO date of the first of the days. */
  readonly firstDay: string;
  readonly series: Readonly<Record<string, SeriesAnswers>>;
  /** Of 30 days: what `GET` of each path answers. */
  readonly overviews: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const ASKED_DAYS = 90;

const OVERVIEWS = ["summary", "activation-funnel", "revenue-breakdown", "support-overview", "error-overview"] as const;

interface Catalogue {
  readonly metrics: readonly { readonly name: string }[];
}

interface Series {
  readonly points: readonly { readonly date: string; readonly value: number | null }[];
  readonly window: { readonly value: number | null };
  readonly previous: { readonly value: number | null };
}

/** These tell calendar months unless they are asked for days; the version before knew days alone. */
const MONTHLY = ["churn_rate", "grr", "nrr", "gross_mrr_churn", "net_mrr_churn"];

/** Every number that a version's HTTP API tells of the complete days. */
export async function askEverything(
  ask: <T>(path: string) => Promise<T>,
  { days = ASKED_DAYS, hasSteps = false }: { readonly days?: number; readonly hasSteps?: boolean } = {},
): Promise<Answers> {
  const { metrics } = await ask<Catalogue>("/api/metrics");
  const series: Record<string, SeriesAnswers> = {};
  let firstDay = "";
  for (const { name } of metrics) {
    const step = hasSteps && MONTHLY.includes(name) ? "&step=day" : "";
    const { points, window, previous } = await ask<Series>(`/api/metrics/series/${name}?days=${days}${step}`);
    firstDay = points[0]?.date ?? firstDay;
    series[name] = { days: points.map(({ value }) => value), window: window.value, previous: previous.value };
  }
  const overviews: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const name of OVERVIEWS) {
    const {
      computed_at: _at,
      today: _partial,
      ...answer
    } = await ask<Record<string, unknown>>(`/api/metrics/${name}?days=30`);
    overviews[name] = answer;
  }
  return { days, firstDay, series, overviews };
}
