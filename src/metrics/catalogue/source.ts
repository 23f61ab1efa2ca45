/** Where a definition comes from, in words for people. */
export const SOURCE = {
  own: "Bellwether's own definition",
  billing: "the billing-analytics glossaries of Stripe, ChartMogul, ProfitWell and Baremetrics",
  reliability: "the Site Reliability Engineering book",
  quantile: "the nearest-rank quantile; histograms after Masson, Rim, Lee: DDSketch, VLDB 2019",
  apdex: "apdex.org",
  nps: "netpromotersystem.com; the interval by Rocks 2016",
  support: "Zendesk's explanations of first reply and resolution time",
} as const;

export type Source = (typeof SOURCE)[keyof typeof SOURCE];
