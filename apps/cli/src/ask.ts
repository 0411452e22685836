import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Context } from "./context.ts";

/** Asks a person a question that an empty answer says yes to. */
export async function ask(question: string, context: Context): Promise<boolean> {
  const { terminal, paint } = context;
  const echo = new Writable({
    write(chunk: Buffer, _encoding, done) {
      terminal.output.write(chunk.toString("utf8"));
      done();
    },
  });
  const lines = createInterface({ input: terminal.input, output: echo });
  try {
    const answer = await lines.question(`${paint.bold(question)} ${paint.dim("[Y/n]")} `);
    return /^(y|yes|)$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
