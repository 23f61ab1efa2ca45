import type { Temporal } from "../../core/time.ts";
import type { Series } from "../../metrics/answers.ts";
import { groupsOf, type GroupName, type MetricName } from "../../metrics/catalogue.ts";
import type { Overviews } from "../../metrics/read/overviews.ts";
import type { Reader } from "../../metrics/read/reader.ts";
import { hasSteps } from "../../metrics/read/step.ts";
import { baseOf, type Part, type Watch } from "./condition.ts";
import { DAYS_READ, type DayValue, type Numbers } from "./judging.ts";

/** The numbers at one instant. What several alerts look at is read once. */
export interface NumbersAt {
  of(watch: Watch): Promise<Numbers>;
}

export interface NumbersParts {
  readonly reader: Pick<Reader, "series">;
  readonly overviews: Pick<Overviews, "seriesBy">;
  /** The newest day that people may see as a whole one, as an ISO date; null: none yet. */
  readonly publishedTo: string | null;
}

type Values = Pick<Series, "points" | "today">;

export function createNumbersAt({ reader, overviews, publishedTo }: NumbersParts): NumbersAt {
  const read = new Map<string, Promise<Series>>();
  const once = (key: string, ask: () => Promise<Series>) => {
    const asked = read.get(key) ?? ask();
    read.set(key, asked);
    return asked;
  };
  const whole = (metric: MetricName) =>
    once(metric, () =>
      reader.series(metric, DAYS_READ, { compare: "none", step: hasSteps(metric) ? "trailing" : "day" }),
    );
  const split = (metric: MetricName, by: GroupName) =>
    once(`${metric} by ${by}`, () => overviews.seriesBy(metric, DAYS_READ, by, { compare: "none" }));
  const valuesOf = async (metric: MetricName, part: Part | null): Promise<Values | null> => {
    if (part === null) return whole(metric);
    if (!groupsOf(metric).includes(part.by)) return null;
    const series = await split(metric, part.by);
    const group = series.groups?.find((one) => one.group === part.group);
    const points = group?.points ?? series.points.map(({ date }) => ({ date, value: null }));
    return { points, today: { ...series.today, value: null } };
  };
  return {
    async of({ metric, part }) {
      const base = baseOf(metric);
      const [values, bases] = await Promise.all([valuesOf(metric, part), base === null ? null : valuesOf(base, part)]);
      return numbersFrom(values, bases, publishedTo);
    },
  };
}

function numbersFrom(values: Values | null, bases: Values | null, publishedTo: string | null): Numbers {
  const baseAt = (index: number) => bases?.points[index]?.value ?? null;
  const days = (values?.points ?? []).map(({ date, value }, index): DayValue => ({ date, value, base: baseAt(index) }));
  return {
    days: days.filter(({ date }) => publishedTo !== null && date <= publishedTo),
    today: {
      date: values?.today.date ?? "",
      value: values?.today.value ?? null,
      base: bases === null ? null : bases.today.value,
    },
  };
}

/** What numbers are read with at an instant: not every instance's clock is right, the database's counts. */
export type ReadersAt = (now: Temporal.Instant) => Pick<NumbersParts, "reader" | "overviews">;
