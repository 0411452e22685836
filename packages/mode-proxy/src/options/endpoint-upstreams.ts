import type { EndpointSource } from "@backworks/core";
import { suggest } from "@backworks/core";
import { buildUpstream } from "../upstream/build.ts";
import type { UpstreamInit } from "../upstream/build.ts";
import type { GroupView, UpstreamGroup } from "../upstream/group.ts";
import type { EndpointHolder, OpenProxy } from "../upstream/open.ts";
import { readTls } from "../upstream/tls.ts";
import type { Mistakes, Path } from "./mistakes.ts";

interface Surroundings {
  readonly opened: OpenProxy;
  readonly holder: EndpointHolder;
  readonly mistakes: Mistakes;
}

/** Where requests go, as a block names it. */
export interface Destination {
  readonly upstream?: string | undefined;
  readonly target?: string | undefined;
}

/** Where a block stands, and how long a new connection may take. */
export interface DestinationPlace {
  /** Of the block, below the endpoint. */
  readonly path: Path;
  readonly connectMs: number;
}

/** Finds the upstreams that an endpoint names, and opens those it has for itself. */
export class EndpointUpstreams {
  readonly #endpoint: EndpointSource;
  readonly #around: Surroundings;

  constructor(endpoint: EndpointSource, around: Surroundings) {
    this.#endpoint = endpoint;
    this.#around = around;
  }

  /** The upstream of a block that names one or brings a URL; `undefined`, noted, when there is none of that name. */
  find({ upstream, target }: Destination, { path, connectMs }: DestinationPlace): GroupView | undefined {
    if (upstream !== undefined) return this.named(upstream, path)?.withConnectTime(connectMs);
    if (target === undefined) return undefined;
    const [, ...names] = path;
    const name = [this.#endpoint.name, ...names].join(".");
    return this.open({ name, targets: [target] }, path)?.withConnectTime(connectMs);
  }

  /** One of `upstreams:`. */
  named(name: string, path: Path): UpstreamGroup | undefined {
    const { opened, mistakes } = this.#around;
    const group = opened.upstreams.get(name);
    if (group !== undefined) return group;
    const known = [...opened.upstreams.keys()];
    const near = suggest(name, known);
    const there = known.length === 0 ? "there is no upstreams: at the root" : `known are ${known.join(", ")}`;
    const hint = near === undefined ? there : `did you mean ${near}?`;
    mistakes.add("BW_PROXY_UPSTREAM_UNKNOWN", { upstream: name }, { path: [...path, "upstream"], hint });
    return undefined;
  }

  /** One that belongs to this endpoint. */
  open(init: UpstreamInit, path: Path): UpstreamGroup | undefined {
    const { opened, holder, mistakes } = this.#around;
    const { files, place: placeOf } = this.#endpoint;
    const place: typeof placeOf = (inner) => placeOf([...path, ...inner]);
    return mistakes.attempt(() => {
      const tls = readTls(init.tls, init.name, { files, path: ["tls"], place });
      const group = buildUpstream(init, opened, { holder, tls, place });
      if (!holder.groups.includes(group)) holder.groups.push(group);
      return group;
    });
  }
}
