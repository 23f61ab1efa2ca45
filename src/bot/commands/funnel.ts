import type { FunnelChart } from "../../charts/chart.ts";
import type { ActivationFunnel } from "../../metrics/answers.ts";
import { localDay } from "../../core/time.ts";
import { metricOf } from "../../metrics/catalogue.ts";
import { formatValue } from "../../metrics/format.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Block, Fact } from "../message.ts";
import { asks } from "../permission/need.ts";
import type { CommandContext } from "./context.ts";
import { counted, countText, shareText, shortName } from "./number-words.ts";
import { overviewMessage } from "./overview.ts";
import { windowMeant, windowOption } from "./window-options.ts";

const COMMAND = "metrics funnel";

export function createFunnel(context: CommandContext): Command {
  const { clock, workspace } = context;
  return defineCommand({
    path: ["metrics", "funnel"],
    description: "from sign-up to activation: who got how far, and how fast",
    options: { window: windowOption },
    access: () => asks("people"),
    async run(values) {
      const window = windowMeant(values.window, localDay(clock.now(), workspace.timeZone));
      const asked = window.wish;
      const funnel = await context.overviews.activationFunnel(asked);
      const frame = {
        title: "Activation",
        command: COMMAND,
        window,
        answer: funnel,
        today: ["signups", "activations"],
        buttons: [{ label: "Explain the rate", command: `metrics explain activation_rate ${window.typed}` }],
      } as const;
      return { message: await overviewMessage(frame, context, () => funnelBlocks(funnel)), data: funnel };
    },
  });
}

function funnelBlocks(funnel: ActivationFunnel): Block[] {
  const { total_signups: signups, activation_days: days } = funnel;
  if (signups === null || signups === 0)
    return [
      { kind: "facts", facts: [{ label: "Sign-ups", value: countText(signups) }] },
      { kind: "text", text: `Nobody signed up in these days. ${metricOf("signups").needs}` },
    ];
  return [
    { kind: "facts", facts: funnelFacts(funnel) },
    { kind: "chart", chart: funnelChart(funnel) },
    stepTable(funnel),
    {
      kind: "note",
      text: `Those who signed up in these days, and what they did within ${counted(days, "day")} of it, up to the end of the last one.`,
    },
  ];
}

function funnelFacts({
  total_signups,
  activated_users,
  activation_rate,
  pending,
  activation_days,
}: ActivationFunnel): Fact[] {
  const mature = (total_signups ?? 0) - (pending ?? 0);
  const waiting = `${countText(pending)} still inside their ${counted(activation_days, "day")}`;
  const rate = formatValue("activation_rate", activation_rate, { currency: "" });
  return [
    { label: "Sign-ups", value: countText(total_signups), ...(pending === 0 ? {} : { detail: waiting }) },
    { label: "Fully activated", value: countText(activated_users) },
    {
      label: "Activation rate",
      value: rate,
      ...(total_signups === null
        ? {}
        : { detail: `of the ${countText(mature)} whose ${counted(activation_days, "day")} are over` }),
    },
  ];
}

interface Step {
  readonly label: string;
  readonly users: number | null;
  /** Those of them who took the step before as well. */
  readonly fromPrevious: number | null;
  /** From the sign-up; absent where it is not told. */
  readonly medianHours?: number | null;
}

/** Milestones are reached in any order; fully activated is who reached all. */
function stepsOf({ total_signups, steps, activated_users }: ActivationFunnel): Step[] {
  return [
    { label: "Signed up", users: total_signups, fromPrevious: null },
    ...steps.map(({ milestone, users, users_from_previous, median_hours }) => ({
      label: milestoneWords(milestone),
      users,
      fromPrevious: users_from_previous,
      medianHours: median_hours,
    })),
    { label: "Fully activated", users: activated_users, fromPrevious: activated_users },
  ];
}

/** "First API call" for `first_api_call`. */
function milestoneWords(milestone: string): string {
  const words = milestone.replaceAll("_", " ").replaceAll(/\bapi\b/gi, "API");
  return shortName(words.charAt(0).toUpperCase() + words.slice(1));
}

function funnelChart(funnel: ActivationFunnel): FunnelChart {
  const { start, end } = funnel.date_range;
  return {
    kind: "funnel",
    title: "From sign-up to activation",
    days: { start, end },
    steps: stepsOf(funnel).map(({ label, users }) => ({ label, count: users })),
  };
}

function stepTable(funnel: ActivationFunnel): Block {
  const steps = stepsOf(funnel);
  const rows = steps.map(({ label, users, fromPrevious, medianHours }, index) => {
    const before = steps[index - 1];
    return [
      label,
      countText(users),
      before === undefined ? "" : shareText(users, funnel.total_signups),
      before === undefined ? "" : shareText(fromPrevious, before.users),
      medianHours === undefined ? "" : formatValue("hours", medianHours, { currency: "" }),
    ];
  });
  return {
    kind: "table",
    columns: [
      { label: "Step", align: "left" },
      ...["People", "Of all", "Of those before", "Median time"].map((label) => ({ label, align: "right" }) as const),
    ],
    rows,
  };
}
