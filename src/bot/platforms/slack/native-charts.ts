import type { Clock, Temporal } from "../../../core/time.ts";
import { isEmpty } from "../../../charts/chart.ts";
import type { Message } from "../../message.ts";
import { chartBlock } from "./chart-block.ts";
import { LIMITS } from "./limits.ts";
import { refusalCode } from "./refusals.ts";

/** Whether Slack draws the charts itself. What a workspace has refused once is not tried again for a while. */
export interface NativeCharts {
  /** All charts of the message or none: a refusal then says which it was about. */
  suit(message: Message): boolean;
  refused(): void;
}

const FOR_A_WHILE = { hours: 12 };

export function createNativeCharts({ isOn, clock }: { readonly isOn: boolean; readonly clock: Clock }): NativeCharts {
  let restsUntil: Temporal.Instant | null = null;
  const rests = () => restsUntil !== null && clock.now().epochMilliseconds < restsUntil.epochMilliseconds;
  return {
    suit({ blocks }) {
      if (!isOn || rests()) return false;
      const charts = blocks.flatMap((block) => (block.kind === "chart" && !isEmpty(block.chart) ? [block.chart] : []));
      return charts.length > 0 && charts.length <= LIMITS.charts && charts.every((chart) => chartBlock(chart) !== null);
    },
    refused() {
      restsUntil = clock.now().add(FOR_A_WHILE);
    },
  };
}

interface Ways<T> {
  /** With the charts drawn by Slack. */
  readonly natively: () => Promise<T>;
  readonly otherwise: () => Promise<T>;
  /** Whether `otherwise` came to something. */
  readonly hasWorked?: (done: T) => boolean;
}

/** When Slack refuses the message with its charts, and takes it without, it was the charts. */
export async function withNativeCharts<T>(
  message: Message,
  charts: NativeCharts,
  { natively, otherwise, hasWorked = () => true }: Ways<T>,
): Promise<T> {
  if (!charts.suit(message)) return otherwise();
  try {
    return await natively();
  } catch (thrown) {
    if (!areBlocksRefused(thrown)) throw thrown;
  }
  const done = await otherwise();
  if (hasWorked(done)) charts.refused();
  return done;
}

/** By the Web API or by a `response_url`. */
export function areBlocksRefused(thrown: unknown): boolean {
  return (
    refusalCode(thrown) === "invalid_blocks" || (thrown instanceof Error && thrown.message.includes("invalid_blocks"))
  );
}
