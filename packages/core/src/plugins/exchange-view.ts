import type {
  BackworksRequest,
  BackworksResponse,
  Exchange,
  ForwardedTo,
  ResponseInit,
  RouteInfo,
  StateKey,
  TraceContext,
} from "../exchange.ts";
import type { HeaderInit } from "../headers.ts";
import { toOwnResponse } from "../response.ts";

/** Where an exchange keeps the views of it; exchanges of a server have the field from the start. */
export interface Viewed extends Exchange {
  views?: ExchangeView | undefined;
  /** Exchanges of a server have a listener for each plugin beside that of the mode. */
  onLeaveOf?(owner: object, listener: ((reason: unknown) => void) | undefined): void;
}

/**
 * One exchange as one plugin sees it, the same object in all its hooks.
 *
 * A hook that was given up may go on behind our back; its view is closed then, and what it still answers or writes reaches
 * nobody. The plugin's next hook gets another view.
 */
export class ExchangeView implements Exchange {
  readonly plugin: string;
  readonly next: ExchangeView | undefined;
  readonly #exchange: Viewed;
  #isOpen = true;
  /** What a closed view has for a response. */
  #own: BackworksResponse | undefined = undefined;

  constructor(plugin: string, exchange: Viewed, next: ExchangeView | undefined) {
    this.plugin = plugin;
    this.#exchange = exchange;
    this.next = next;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { response } = this.#exchange;
    this.#own = response && { status: response.status, headers: response.headers.copy(), body: null };
  }

  get id(): string {
    return this.#exchange.id;
  }

  get trace(): TraceContext {
    return this.#exchange.trace;
  }

  get startedAt(): number {
    return this.#exchange.startedAt;
  }

  get signal(): AbortSignal {
    return this.#exchange.signal;
  }

  onLeave(listener: ((reason: unknown) => void) | undefined): void {
    if (!this.#isOpen) return;
    if (this.#exchange.onLeaveOf === undefined) this.#exchange.onLeave(listener);
    else this.#exchange.onLeaveOf(this, listener);
  }

  get request(): BackworksRequest {
    return this.#exchange.request;
  }

  get route(): RouteInfo | undefined {
    return this.#exchange.route;
  }

  get response(): BackworksResponse | undefined {
    return this.#isOpen ? this.#exchange.response : this.#own;
  }

  set response(response: BackworksResponse | undefined) {
    if (this.#isOpen) this.#exchange.response = response;
    else this.#own = response;
  }

  get forwardedTo(): ForwardedTo | undefined {
    return this.#exchange.forwardedTo;
  }

  set forwardedTo(server: ForwardedTo | undefined) {
    if (this.#isOpen) this.#exchange.forwardedTo = server;
  }

  respond(init: ResponseInit): BackworksResponse {
    return this.#isOpen ? this.#exchange.respond(init) : (this.#own = toOwnResponse(init));
  }

  inform(status: number, headers?: HeaderInit): void {
    if (this.#isOpen) this.#exchange.inform(status, headers);
  }

  state<T>(key: StateKey<T>): T {
    return this.#exchange.state(key);
  }
}

/** The plugin's open view of an exchange, made on first need. */
export function viewOf(plugin: string, exchange: Viewed): ExchangeView {
  for (let view = exchange.views; view !== undefined; view = view.next) {
    if (view.plugin === plugin && view.isOpen) return view;
  }
  return (exchange.views = new ExchangeView(plugin, exchange, exchange.views));
}
