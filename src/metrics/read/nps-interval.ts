export interface NpsCounts {
  readonly promoters: number;
  readonly passives: number;
  readonly detractors: number;
}

/** 95 % interval of a Net Promoter Score by the adjusted Wald method (Rocks 2016); null without answers. */
export function npsInterval({ promoters, passives, detractors }: NpsCounts): { center: number; margin: number } | null {
  const answers = promoters + passives + detractors;
  if (answers === 0) return null;
  const n = answers + 3;
  const p = (promoters + 0.75) / n;
  const d = (detractors + 0.75) / n;
  const standardError = Math.sqrt((p + d - (p - d) ** 2) / n);
  return { center: 100 * (p - d), margin: 100 * 1.96 * standardError };
}
