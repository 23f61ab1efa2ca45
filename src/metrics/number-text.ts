/** Making a formatter of `Intl` costs a hundred times what using one does, and a page of a year writes thousands of numbers. */
const formatters = new Map<string, Intl.NumberFormat>();

/** At most `digits` decimals, without zeros at the end, in US English. */
export function decimalText(value: number, digits: number): string {
  return formatterFor(`${digits}`, { maximumFractionDigits: digits }).format(value);
}

/** Exactly `digits` decimals, with the sign of the currency (ISO 4217), in US English. */
export function currencyText(value: number, currency: string, digits: number): string {
  const style = { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  return formatterFor(`${currency} ${digits}`, style).format(value).replaceAll("\u00a0", " ");
}

/** There are as many as currencies that are asked for, times a few digits. */
function formatterFor(name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const known = formatters.get(name);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat("en-US", options);
  formatters.set(name, made);
  return made;
}
