import { FileSnapshot } from "../../config/file-snapshot.ts";
import type { SnapshotFile } from "../../config/file-snapshot.ts";
import { BackworksError } from "../../errors.ts";
import type { Difference } from "../../model/difference.ts";
import type { Generation } from "../../pipeline/generation.ts";
import type { RateStore } from "../../pipeline/rate-table.ts";
import type { Processes } from "../../processes.ts";
import type { LoadedGeneration } from "../generation.ts";
import type { Host, ReloadResult } from "../host.ts";
import type { ProcessPart } from "../process-part.ts";
import type { ReloadHistory } from "../reload-record.ts";
import type { LoadReport, Prepared } from "./calls.ts";
import type { Places } from "./places.ts";

/** What the part of a worker is made with. */
export interface WorkerPartOptions {
  readonly firstGeneration: number;
  readonly files: readonly SnapshotFile[];
  readonly places: Places;
  readonly rates: RateStore;
  readonly processes: Processes;
  readonly reloads: ReloadHistory;
  /** Whether requests of other workers come here, now. */
  isOwner(): boolean;
  /** Called when no request of a generation is under way here. */
  onDrained(generation: number): void;
}

interface Waiting {
  readonly prepared: (report: Prepared) => void;
  readonly commit: Promise<void>;
}

/** Loads in step with the other workers: a reload waits until all have loaded. */
export class WorkerPart implements ProcessPart {
  readonly firstGeneration: number;
  readonly inOnePlace: ProcessPart["inOnePlace"];
  readonly rates: RateStore;
  readonly processes: Processes;
  /** The primary tells of each. */
  reloads: ReloadHistory;
  readonly #options: WorkerPartOptions;
  #host: Host | undefined;
  #snapshot: FileSnapshot | undefined;
  #waiting: Waiting | undefined;
  #reload: Promise<ReloadResult> | undefined;
  #decide: { commit(): void; abandon(): void } | undefined;
  /** Generations that other workers may still send requests for, and what lets go of them. */
  readonly #kept = new Map<number, { readonly generation: Generation; readonly release: () => void }>();

  constructor(options: WorkerPartOptions) {
    this.#options = options;
    this.firstGeneration = options.firstGeneration;
    this.inOnePlace = (handler) => options.places.wrap(handler);
    this.rates = options.rates;
    this.processes = options.processes;
    this.reloads = options.reloads;
    this.#snapshot = new FileSnapshot(options.files);
  }

  get host(): Host {
    if (this.#host === undefined) throw new TypeError("nothing is loaded");
    return this.#host;
  }

  attach(host: Host): void {
    this.#host = host;
  }

  snapshot(): FileSnapshot | undefined {
    return this.#snapshot;
  }

  /** What was loaded first. */
  opened(): LoadReport {
    return this.#report(this.host.current());
  }

  /** Loads the next generation and waits with it. @throws what loading throws */
  prepare(files: readonly SnapshotFile[]): Promise<Prepared> {
    this.#snapshot = new FileSnapshot(files);
    return new Promise((resolve, reject) => {
      const commit = new Promise<void>((accept, refuse) => {
        const abandon = (): void => refuse(new BackworksError("BW_WORKERS_RELOAD"));
        this.#decide = { commit: accept, abandon };
      });
      // Whoever reloads waits for it; until then nobody minds.
      commit.catch(() => {});
      this.#waiting = { prepared: resolve, commit };
      this.#reload = this.host.reload();
      this.#reload
        .finally(() => (this.#snapshot = undefined))
        .then(({ difference }) => resolve({ difference, report: undefined }), reject);
    });
  }

  async agree(next: LoadedGeneration, difference: Difference): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) throw new BackworksError("BW_WORKERS_RELOAD");
    waiting.prepared({ difference, report: this.#report(next) });
    await waiting.commit;
  }

  async commit(): Promise<void> {
    const reload = this.#reload;
    this.#decide?.commit();
    await reload;
  }

  async abandon(): Promise<void> {
    const reload = this.#reload;
    this.#decide?.abandon();
    await reload?.catch(() => {});
  }

  /** The generation of this number, as long as requests for it may come. */
  find(number: number): Generation | undefined {
    const { generation } = this.host.current();
    return generation.app.generation === number ? generation : this.#kept.get(number)?.generation;
  }

  released({ generation }: LoadedGeneration): Promise<void> {
    const { generation: number } = generation.app;
    void generation.traffic.drained().then(() => this.#options.onDrained(number));
    if (!this.#options.isOwner()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#kept.set(number, { generation, release: resolve });
    });
  }

  /** No other worker sends requests for a generation any more. */
  release(number: number): void {
    const kept = this.#kept.get(number);
    this.#kept.delete(number);
    kept?.release();
  }

  #report({ generation: { app }, config, files }: LoadedGeneration): LoadReport {
    const { generation, hash, name, version, development, server, logging, rateLimit, endpoints } = app;
    const routes = app.routes.map(({ info }) => ({ info }));
    const snapshot = this.#snapshot?.seal() ?? [];
    this.#snapshot = undefined;
    return {
      app: { generation, hash, name, version, development, server, logging, rateLimit, endpoints, routes },
      root: config.raw.root,
      workers: config.server.workers,
      watchedFiles: files,
      files: snapshot,
    };
  }
}
