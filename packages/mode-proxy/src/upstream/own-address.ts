/** Where a server listens. */
export interface ListenAddress {
  /** A name, an address, or `0.0.0.0` or `::` for all. */
  readonly host: string;
  readonly port: number;
}

/** Names of the machine itself that a server is reached by which listens at a host; the brackets are those of URLs. */
const localNames: ReadonlyMap<string, readonly string[]> = new Map([
  ["0.0.0.0", ["127.0.0.1", "localhost"]],
  ["127.0.0.1", ["127.0.0.1", "localhost"]],
  ["localhost", ["127.0.0.1", "[::1]", "localhost"]],
  ["::", ["127.0.0.1", "[::1]", "localhost"]],
  ["::1", ["[::1]", "localhost"]],
]);

/** Whether whoever asks `origin` is certain to ask the server that listens there. */
export function isOwnAddress(origin: string, own: ListenAddress | undefined): boolean {
  if (own === undefined) return false;
  const { protocol, hostname, port } = new URL(origin);
  if (Number(port === "" ? usualPorts[protocol] : port) !== own.port) return false;
  return hostname === own.host || (localNames.get(own.host)?.includes(hostname) ?? false);
}

const usualPorts: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };
