/** Numbers that look random and are the same in every run (Mulberry32, Box-Muller, Knuth). */
export function createChance(seed: number) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 4_294_967_296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const between = (low: number, high: number) => low + (high - low) * uniform();
  const poisson = (mean: number) => {
    if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = uniform(); product > limit; product *= uniform()) count += 1;
    return count;
  };
  return { uniform, normal, between, poisson };
}

export type Chance = ReturnType<typeof createChance>;

const WEEK = 7;

/** What a series is made of, before chance. */
export interface Nature {
  /** Counted things on a usual day. */
  readonly level: number;
  /** Standard deviation of a day on the logarithmic scale, beyond what chance gives a count. */
  readonly noise: number;
  /** On the logarithmic scale, a week. */
  readonly growth: number;
  /** Factors of Monday to Sunday. */
  readonly season: readonly number[];
  /** Days on which something really happened, and the factor of that day. */
  readonly holidays: ReadonlyMap<number, number>;
  /** From that day on the level is another, by that factor. */
  readonly steps: ReadonlyMap<number, number>;
  /** Days without data. */
  readonly gaps: ReadonlySet<number>;
}

const FLAT = [1, 1, 1, 1, 1, 1, 1];
const PLAIN = { noise: 0.03, growth: 0, season: FLAT, holidays: new Map(), steps: new Map(), gaps: new Set<number>() };

function seasonFrom(chance: Chance): number[] {
  const weekend = chance.between(0.2, 0.8);
  return FLAT.map((_, day) => (day >= 5 ? weekend * chance.between(0.9, 1.1) : chance.between(0.9, 1.15)));
}

const anyLevel = (chance: Chance) => Math.exp(chance.between(Math.log(60), Math.log(60_000)));

/** The shapes that numbers of a product have. */
export const SHAPES: Readonly<Record<string, (chance: Chance, days: number) => Nature>> = {
  level: (chance) => ({ ...PLAIN, level: anyLevel(chance), noise: chance.between(0, 0.05) }),
  growth: (chance) => ({
    ...PLAIN,
    level: anyLevel(chance),
    growth: chance.between(-0.04, 0.08),
    season: seasonFrom(chance),
  }),
  "weekly season": (chance) => ({
    ...PLAIN,
    level: anyLevel(chance),
    season: seasonFrom(chance),
    noise: chance.between(0, 0.05),
  }),
  "low counts": (chance) => ({ ...PLAIN, level: chance.between(0.3, 15), season: seasonFrom(chance) }),
  noisy: (chance) => ({
    ...PLAIN,
    level: anyLevel(chance),
    season: seasonFrom(chance),
    noise: chance.between(0.12, 0.35),
  }),
  holidays: (chance, days) => ({
    ...PLAIN,
    level: anyLevel(chance),
    season: seasonFrom(chance),
    holidays: new Map(Array.from({ length: 6 }, () => [Math.floor(chance.between(0, days)), chance.between(0.1, 0.6)])),
  }),
  steps: (chance, days) => ({
    ...PLAIN,
    level: anyLevel(chance),
    season: seasonFrom(chance),
    steps: new Map([[Math.floor(chance.between(days / 4, days / 2)), chance.uniform() < 0.5 ? 0.6 : 1.7]]),
  }),
  gaps: (chance, days) => {
    const [start, length] = [Math.floor(chance.between(0, days - 10)), Math.floor(chance.between(1, 10))];
    const single = Array.from({ length: 5 }, () => Math.floor(chance.between(0, days)));
    return {
      ...PLAIN,
      level: anyLevel(chance),
      season: seasonFrom(chance),
      gaps: new Set([...single, ...Array.from({ length }, (_, index) => start + index)]),
    };
  },
};

/** What a usual day of that number would be counted as, before noise and chance. */
export function meanOf({ level, growth, season, steps }: Nature, day: number): number {
  const step = [...steps].reduce((factor, [from, by]) => (day >= from ? factor * by : factor), 1);
  return level * step * (season[day % WEEK] ?? 1) * Math.exp((growth * day) / WEEK);
}

/** One series; null is a day without data. */
export function simulate(nature: Nature, days: number, chance: Chance): (number | null)[] {
  return Array.from({ length: days }, (_, day) => {
    const mean = meanOf(nature, day) * (nature.holidays.get(day) ?? 1) * Math.exp(nature.noise * chance.normal());
    const count = chance.poisson(mean);
    return nature.gaps.has(day) ? null : count;
  });
}
