/** One thing a contract asks for. A value: any test runner can run it. */
export interface Check {
  /** Unique within its contract: `start: does not throw`. */
  readonly name: string;
  /** What is asked for and why, as a sentence. */
  readonly sentence: string;
  /**
   * Resolves when the check passed, or could not be judged because something fails that has a check of its own.
   *
   * @throws ContractError with what failed and how to mend it
   */
  run(): Promise<Verdict>;
}

/** How a check ended that did not fail. */
export type Verdict = { readonly kind: "passed" } | { readonly kind: "skipped"; readonly because: string };

/** What failed, and how to mend it. */
export class ContractError extends Error {
  /** Tells it from other errors. */
  override readonly name = "ContractError";
  /** Name of the check. */
  readonly check: string;
  /** What was seen. */
  readonly found: string;
  /** What to do. */
  readonly mend: string;

  constructor(check: string, { found, mend }: Finding) {
    super(`${check}\n  found: ${found}\n  mend:  ${mend}`);
    this.check = check;
    this.found = found;
    this.mend = mend;
  }
}

/** What a check found. */
export interface Finding {
  /** What was seen, with names and numbers. */
  readonly found: string;
  /** What the author can do. */
  readonly mend: string;
}

/** Something that keeps a check from being judged, and has a check of its own. */
export class NotJudged extends Error {
  override readonly name = "NotJudged";
}

/** A check as it is written down: it gives what it found, or nothing. */
export interface Rule<Scenes> {
  readonly name: string;
  readonly sentence: string;
  judge(scenes: Scenes): Promise<Finding | undefined> | Finding | undefined;
}

/** Binds rules to what they look at. */
export function toChecks<Scenes>(rules: readonly Rule<Scenes>[], scenes: Scenes): readonly Check[] {
  return rules.map((rule) => ({ name: rule.name, sentence: rule.sentence, run: async () => judge(rule, scenes) }));
}

async function judge<Scenes>(rule: Rule<Scenes>, scenes: Scenes): Promise<Verdict> {
  try {
    const finding = await rule.judge(scenes);
    if (finding !== undefined) throw new ContractError(rule.name, finding);
    return { kind: "passed" };
  } catch (error) {
    if (error instanceof NotJudged) return { kind: "skipped", because: error.message };
    throw error;
  }
}

/** What `it` or `test` of a test runner takes: `node:test`, Jest, Vitest. */
export type RegisterTest = (name: string, run: () => Promise<void>, timeoutMs?: number) => unknown;

/** A check may wait for several things that hang. */
const longestCheckMs = 120_000;

/** Makes a test of each check: `registerChecks(pluginContract(plugin), it)`. */
export function registerChecks(checks: readonly Check[], it: RegisterTest): void {
  for (const check of checks) {
    const run = async (): Promise<void> => {
      await check.run();
    };
    it(check.name, run, longestCheckMs);
  }
}

/** How one check ended. */
export type CheckOutcome = { readonly check: string } & (
  | Verdict
  | { readonly kind: "failed"; readonly error: ContractError }
);

/** Runs checks one after another without a test runner. */
export async function runChecks(checks: readonly Check[]): Promise<readonly CheckOutcome[]> {
  const outcomes: CheckOutcome[] = [];
  for (const check of checks) {
    const verdict = await check.run().catch((error: unknown) => {
      if (!(error instanceof ContractError)) throw error;
      return { kind: "failed", error } as const;
    });
    outcomes.push({ check: check.name, ...verdict });
  }
  return outcomes;
}
