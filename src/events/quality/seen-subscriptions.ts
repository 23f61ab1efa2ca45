import type { SeenRevenue } from "./revenue-look.ts";

export type Standing = "none" | "trial" | "live" | "paused" | "ended";

/** A subscription as far as it takes to tell whether an event fits it. */
export interface SeenSubscription {
  readonly account: string;
  readonly standing: Standing;
  readonly plan: string | null;
  readonly amount: string | null;
  readonly currency: string;
  /** The latest event that was applied to it. */
  readonly latest: SeenRevenue | null;
  /** Of a year, in its own currency; null while it is not paid for or no price was given. */
  price(workspaceCurrency: string): { readonly currency: string; readonly value: number } | null;
  /** Of one unit in a year. */
  unitPrice(): number;
  apply(event: SeenRevenue): void;
}

export interface FoundSubscription {
  /** Null when nobody can say which one is meant. */
  readonly subscription: SeenSubscription | null;
  readonly isNew: boolean;
  readonly isAmbiguous: boolean;
}

interface State extends SeenSubscription {
  account: string;
  id: string;
  standing: Standing;
  /** A cancellation that waits for its moment. */
  endsAt: number | null;
}

const DAYS_A_YEAR = 365;
const PERIODS_A_YEAR: Readonly<Record<string, number>> = {
  day: DAYS_A_YEAR,
  week: 52,
  two_weeks: 26,
  month: 12,
  quarter: 4,
  half_year: 2,
  year: 1,
};

function periodsAYear(period: string): number {
  const known = PERIODS_A_YEAR[period];
  if (known !== undefined) return known;
  const [count = "1", unit = "month"] = period.split(" ");
  return (PERIODS_A_YEAR[unit] ?? 12) / Math.max(Number(count), 1);
}

function newState(id: string, account: string, workspaceCurrency: string): State {
  let [quantity, period] = ["1", "month"];
  return {
    id,
    account,
    standing: "none",
    plan: null,
    amount: null,
    currency: workspaceCurrency,
    latest: null,
    endsAt: null,
    unitPrice() {
      return Number(this.amount ?? 0) * periodsAYear(period);
    },
    price() {
      if (this.amount === null || this.standing !== "live") return null;
      return { currency: this.currency, value: this.unitPrice() * Number(quantity) };
    },
    apply(event) {
      const state = this as { -readonly [Name in keyof State]: State[Name] };
      state.latest = event;
      if (event.event === "canceled") {
        if ((event.effectiveAt ?? event.at) > event.at) state.endsAt = event.effectiveAt;
        else state.standing = "ended";
        return;
      }
      state.plan = event.plan ?? state.plan;
      state.amount = event.amount ?? state.amount;
      state.currency = event.currency ?? state.currency;
      quantity = event.quantity ?? quantity;
      period = event.billingPeriod ?? period;
      state.standing = standingAfter(event.event, state.standing);
      if (state.standing === "live" && event.event !== "upgraded" && event.event !== "downgraded") state.endsAt = null;
    },
  };
}

function standingAfter(event: string, before: Standing): Standing {
  switch (event) {
    case "trial_started":
      return before === "live" ? "live" : "trial";
    case "paused":
      return before === "ended" ? "ended" : "paused";
    case "upgraded":
    case "downgraded":
      return before === "paused" ? "paused" : "live";
    case "past_due":
      return before === "none" ? "live" : before;
    default:
      return "live";
  }
}

/** Finds the subscription that an event means, by its id or by the account. */
export function createSubscriptions(workspaceCurrency: string) {
  const byId = new Map<string, State>();
  const byAccount = new Map<string, State[]>();

  const ofAccount = (account: string) => byAccount.get(account) ?? [];
  const notEnded = (account: string) => ofAccount(account).filter(({ standing }) => standing !== "ended");

  function begin(id: string, account: string): State {
    const state = newState(id, account, workspaceCurrency);
    put(state);
    if (id !== "") byId.set(id, state);
    return state;
  }

  function named(event: SeenRevenue, account: string): FoundSubscription {
    const known = byId.get(event.subscriptionId);
    if (known !== undefined) {
      if (event.team !== null && known.account !== account) move(known, account);
      return { subscription: known, isNew: false, isAmbiguous: false };
    }
    const [only, ...more] = notEnded(account);
    if (only?.id === "" && more.length === 0 && event.event !== "subscription_started") {
      only.id = event.subscriptionId;
      byId.set(only.id, only);
      return { subscription: only, isNew: false, isAmbiguous: false };
    }
    return { subscription: begin(event.subscriptionId, account), isNew: true, isAmbiguous: false };
  }

  function move(state: State, account: string): void {
    byAccount.set(
      state.account,
      ofAccount(state.account).filter((one) => one !== state),
    );
    state.account = account;
    put(state);
  }

  function put(state: State): void {
    const own = byAccount.get(state.account);
    if (own === undefined) byAccount.set(state.account, [state]);
    else own.push(state);
  }

  function unnamed(account: string): FoundSubscription {
    const [only, ...more] = notEnded(account);
    if (only !== undefined && more.length === 0) return { subscription: only, isNew: false, isAmbiguous: false };
    const own = ofAccount(account).find(({ id }) => id === "");
    const isNew = own === undefined && only === undefined;
    return { subscription: own ?? begin("", account), isNew, isAmbiguous: only !== undefined };
  }

  return {
    find(event: SeenRevenue, account: string): FoundSubscription {
      for (const state of ofAccount(account)) {
        if (state.endsAt !== null && state.endsAt <= event.at) [state.standing, state.endsAt] = ["ended", null];
      }
      return event.subscriptionId === "" ? unnamed(account) : named(event, account);
    },
    hasLive: (account: string) => ofAccount(account).some(({ standing }) => standing === "live"),
    all: (): readonly SeenSubscription[] => [...byAccount.values()].flat(),
  };
}
