import { withTax } from "./tax.js";

/** Answers what a shop asks for a number of pieces. */
export default function price(request, context) {
  const { pieces = 1, each } = request.body ?? {};
  if (typeof each !== "number") return { status: 422, body: { error: "each is missing" } };
  return { total: withTax(pieces * each), currency: context.env.CURRENCY };
}
