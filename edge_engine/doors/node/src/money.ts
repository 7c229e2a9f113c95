/**
 * Money as text, without a float in between.
 *
 * The rule for numbers: `minor` is a whole `number` of minor units, always exact. The store takes no amount above 10^14,
 * and an integer beyond 2^53 - 1 in a reply fails the call instead of being rounded, so no `bigint` is needed.
 */
import { DEFAULT_EXPONENT, EXPONENTS, type Money } from "./generated.js";

/** Return how many digits of a currency's amounts stand after the point, by ISO 4217. */
export function exponent(currency: string): number {
  return EXPONENTS[currency] ?? DEFAULT_EXPONENT;
}

/**
 * Return an amount as plain decimal text, such as `-12.05` for -1205 pence.
 *
 * @throws RangeError - `minor` is no exact whole number.
 */
export function decimal({ minor, currency }: Money): string {
  if (!Number.isSafeInteger(minor)) throw new RangeError("an amount is a whole number of minor units");
  const digits = exponent(currency);
  const text = String(Math.abs(minor)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const part = digits > 0 ? `.${text.slice(-digits)}` : "";
  return `${minor < 0 ? "-" : ""}${whole}${part}`;
}

/** Return an amount as people of a locale write it; the host's locale where none is given. */
export function format(money: Money, locale?: string): string {
  const digits = exponent(money.currency);
  const style = new Intl.NumberFormat(locale, {
    style: "currency",
    currency: money.currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  // The text is formatted and not the number it stands for, so that no float comes in between; Node 18 makes one of it
  // all the same, which has digits enough for any amount that the store takes. The types know numbers alone.
  return style.format(decimal(money) as unknown as number);
}
