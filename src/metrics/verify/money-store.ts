import { minorDigits } from "../../core/money.ts";
import type { Recount } from "./span.ts";

/**
 * SQL of annual revenue divided into `parts`, in major units, rounded half up to the minor unit from the exact value; null
 * when either is. Both are SQL themselves.
 */
export function rounded({ sql, workspace }: Recount, yearly: string, parts: string) {
  const scale = 10 ** minorDigits(workspace.currency);
  return sql.unsafe(
    `(sign(${yearly}) * div(2 * abs(${yearly}) * ${scale} + (${parts}), 2 * (${parts})) / ${scale})::float8`,
  );
}
