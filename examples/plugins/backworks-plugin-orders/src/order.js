import { z } from "zod";

/** What a client orders. */
export const orderSchema = z.strictObject({
  customer: z.string().min(1),
  lines: z
    .array(z.strictObject({ sku: z.string().min(1), amount: z.int().positive(), cents: z.int().positive() }))
    .min(1),
});

/** What it costs, in cents. */
export function totalOf({ lines }, vatRatio) {
  const net = lines.reduce((sum, { amount, cents }) => sum + amount * cents, 0);
  return net + Math.round(net * vatRatio);
}
