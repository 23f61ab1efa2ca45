import type { Group } from "../metrics/catalogue.ts";

export const GROUP_NAMES: Readonly<Record<Group, string>> = {
  people: "People",
  revenue: "Revenue",
  usage: "Usage",
  health: "Health",
  satisfaction: "Satisfaction",
  support: "Support",
};
