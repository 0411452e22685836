import type { BranchSection, EndpointSection, RawConfig, ValuePath } from "../config/config.ts";
import type { Place } from "../errors.ts";
import type { EndpointSource, ProjectFiles } from "../mode.ts";
import { identityOf } from "./identity.ts";

/** An endpoint as its mode gets it, whose places follow it when it moves in the file. */
export interface MovableSource extends EndpointSource {
  /** From now on places are those of this configuration. */
  moveTo(raw: RawConfig, configPath: ValuePath): void;
}

/** What sources of an endpoint have besides what the configuration says. */
export interface SourceParts {
  readonly identity: string;
  readonly files: ProjectFiles;
  /** When another mode answers for the endpoint's. */
  readonly branch?: BranchSection;
}

/** One endpoint as its mode gets it, or a mode that answers for that. */
export function toSource(
  section: EndpointSection,
  raw: RawConfig,
  { identity, files, branch }: SourceParts,
): MovableSource {
  const { methods, methodsGiven, modeValues } = branch ?? section;
  let at = { raw, configPath: section.configPath };
  return {
    name: section.name,
    path: section.path,
    methods,
    methodsGiven,
    identity,
    files,
    values: modeValues,
    place: (path) => placeWhenRead(() => at.raw.place([...at.configPath, ...path])),
    keyPlace: (path) => placeWhenRead(() => at.raw.keyPlace([...at.configPath, ...path])),
    moveTo: (next, configPath) => void (at = { raw: next, configPath }),
  };
}

/** Hash of what the configuration says of an endpoint. */
export function saidOf(section: EndpointSection, raw: RawConfig): string {
  const known = hashes.get(section);
  if (known !== undefined) return known;
  const hash = hashOf(section, raw);
  hashes.set(section, hash);
  return hash;
}

/** A section that is the same in another configuration was made from the same. */
const hashes = new WeakMap<EndpointSection, string>();

function hashOf({ name, mode, methods, path, configPath }: EndpointSection, raw: RawConfig): string {
  const said = configPath.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
    raw.value,
  );
  return identityOf({ name, mode, methods, path, said });
}

/** A place that is found when somebody looks: what keeps it names the right line also after the endpoint moved. */
function placeWhenRead(find: () => Place): Place {
  return {
    get source() {
      return find().source;
    },
    get line() {
      return find().line;
    },
    get column() {
      return find().column;
    },
    get length() {
      return find().length;
    },
  };
}
