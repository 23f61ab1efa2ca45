import { isCurrency } from "../core/money.ts";
import { localDay, readDay, Temporal } from "../core/time.ts";
import { listRates, setRate } from "../metrics/rollup/rates-store.ts";
import { refusal, typingMistake, type Operation, type OperationParts, type Result } from "./operation.ts";

export const rates: Operation = {
  name: "rates",
  usage: ["rates list", "rates set CURRENCY RATE [DATE]"],
  about: "say what one unit of another currency is worth in the workspace's, from a day on (else from today)",
  startsNew: ([verb]) => verb === "set",
  async run([verb, ...words], parts) {
    const [currency, rate, date, ...more] = words;
    if (verb === "list" && currency === undefined) return list(parts);
    if (verb !== "set" || currency === undefined || rate === undefined || more.length > 0)
      return typingMistake(null, rates);
    return set({ currency: currency.toUpperCase(), rate, date }, parts);
  },
};

async function list({ foundation: { db, workspace } }: OperationParts): Promise<Result> {
  const known = await db.read.run(listRates);
  const lines = known.map(({ currency, day, rate }) => `${day}  1 ${currency} = ${rate} ${workspace.currency}`);
  return { ok: true, text: lines.length === 0 ? "There are no exchange rates." : lines.join("\n"), data: known };
}

interface Wish {
  readonly currency: string;
  readonly rate: string;
  readonly date: string | undefined;
}

async function set({ currency, rate, date }: Wish, { foundation, rooms }: OperationParts): Promise<Result> {
  const { db, workspace, clock } = foundation;
  const today = localDay(clock.now(), workspace.timeZone);
  const day = date === undefined ? today : readDay(date);
  if (!isCurrency(currency)) return refusal("The currency must be a code of ISO 4217, as in EUR.");
  if (currency === workspace.currency) return refusal(`${currency} is the workspace's own currency; it needs no rate.`);
  if (!/^\d{1,12}(\.\d{1,12})?$/.test(rate) || Number(rate) === 0)
    return refusal("The rate must be a decimal number above 0, as in 1.08.");
  if (day === null) return refusal(`The date must be a day such as ${today.toString()}.`);
  if (Temporal.PlainDate.compare(day, today) > 0)
    return refusal(`The date must not be after today, ${today.toString()}.`);
  const wish = { currency, rate, day: day.toString() };
  const accounts = await db.work.run((sql) => setRate(sql, wish));
  await rooms.roller.drain();
  const from = `From ${wish.day} on 1 ${currency} is ${rate} ${workspace.currency}.`;
  return { ok: true, text: `${from} Worked out anew: accounts ${accounts}.`, data: { ...wish, accounts } };
}
