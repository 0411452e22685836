import { BackworksError } from "../errors.ts";
import type { BranchRequest, BranchSource, Mode } from "../mode.ts";
import { canStandAlone, list, unknownMode } from "./choose-mode.ts";
import type { Checker } from "./checker.ts";
import type { BranchSection, ValuePath } from "./config.ts";
import { nodeAt, pathText } from "./issues.ts";
import { blockModes, blocksOf } from "./outline.ts";
import type { EndpointEntry } from "./outline.ts";

/** An endpoint whose own keys were checked. */
type Composed = BranchSource & { readonly configPath: ValuePath };

interface Surroundings {
  readonly entry: EndpointEntry;
  readonly modes: ReadonlyMap<string, Mode>;
  /** Name of the endpoint's mode. */
  readonly mode: string;
  /** Checked values of the keys of all modes. */
  readonly values: Readonly<Record<string, unknown>>;
}

const none: readonly BranchSection[] = Object.freeze([]);

/** The modes that answer for the mode of an endpoint; `undefined`, reported, when one of them cannot or has no whole block. */
export async function checkBranches(
  checker: Checker,
  endpoint: Composed,
  around: Surroundings,
): Promise<readonly BranchSection[] | undefined> {
  const requests = around.modes.get(around.mode)?.branches?.(endpoint);
  if (requests === undefined) return none;
  const before = checker.errors.length;
  const branches = new Map<string, BranchSection>();
  for (const request of requests) {
    const mode = branches.has(request.mode)
      ? around.modes.get(request.mode)
      : await findMode(request, endpoint, { checker, ...around });
    if (mode !== undefined)
      branches.set(
        mode.name,
        toBranch(request, endpoint, { mode, values: around.values, before: branches.get(mode.name) }),
      );
  }
  const found = [...branches.values()];
  const isWhole = found.every(({ modeValues }) => !Object.values(modeValues).includes(undefined));
  return isWhole && checker.errors.length === before ? found : undefined;
}

async function findMode(
  { mode: name, path }: BranchRequest,
  { configPath, name: endpoint }: Composed,
  { checker, entry, modes, mode: own }: Surroundings & { readonly checker: Checker },
): Promise<Mode | undefined> {
  const where = checker.raw.place([...configPath, ...path]);
  const mode = modes.get(name);
  if (mode === undefined) {
    unknownMode(checker, { name, at: nodeAt(checker.tree, [...configPath, ...path]) ?? entry.node, modes });
    return undefined;
  }
  const others = [...blocksOf(entry.node, [...modes.keys(), ...blockModes]).keys()].filter((one) => one !== own);
  if (mode.branches !== undefined) {
    const hint = others.length === 0 ? undefined : `name what answers: it has ${list(others)}`;
    checker.errors.push(new BackworksError("BW_CONFIG_BRANCH_NESTED", { mode: name }, { where, hint }));
    return undefined;
  }
  if (await canStandAlone(mode, entry.node)) return mode;
  const hint = `write ${name}: below it${others.length === 0 ? "" : `, or name another: it has ${list(others)}`}`;
  const block = list(Object.keys(mode.endpointKeys), "or");
  const details = { endpoint, mode: name, block, path: pathText(configPath) };
  checker.errors.push(new BackworksError("BW_CONFIG_BRANCH_BLOCK", details, { where, hint }));
  return undefined;
}

interface BranchParts {
  readonly mode: Mode;
  readonly values: Surroundings["values"];
  /** What earlier requests came to. */
  readonly before: BranchSection | undefined;
}

/** Methods of several requests add up; one that names none wants those of the endpoint. */
function toBranch(
  { methods }: BranchRequest,
  endpoint: Composed,
  { mode, values, before }: BranchParts,
): BranchSection {
  const keys = Object.keys(mode.endpointKeys).filter((key) => key in values);
  return {
    mode: mode.name,
    methods: [...new Set([...(before?.methods ?? []), ...(methods ?? endpoint.methods)])],
    methodsGiven: (before?.methodsGiven ?? true) && (methods !== undefined || endpoint.methodsGiven),
    modeValues: Object.fromEntries(keys.map((key) => [key, values[key]])),
  };
}
