/** Adds 20 %, rounded to cents. */
export function withTax(amount) {
  return Math.round(amount * 120) / 100;
}
