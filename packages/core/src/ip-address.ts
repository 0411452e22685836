/** The eight groups of an IPv6 address, 16 bits each. IPv4 is mapped: `::ffff:a.b.c.d` (RFC 4291, 2.5.5.2). */
export type IpAddress = readonly number[];

/** The addresses that begin with the same bits. Made of plain data. */
export interface IpRange {
  readonly groups: IpAddress;
  /** 0 to 128. */
  readonly bits: number;
}

const mappedBits = 96;
const wholeBits = 128;

/** Groups of names for ranges, as the configuration may write them. */
export const rangeNames: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1/128"],
  linklocal: ["169.254.0.0/16", "fe80::/10"],
  uniquelocal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};

/** An address as text writes it, a zone (`%eth0`) left out; `undefined` when it is none. */
export function parseIp(text: string): IpAddress | undefined {
  if (!text.includes(":")) {
    const pair = parseIpv4(text);
    return pair && [0, 0, 0, 0, 0, 0xffff, ...pair];
  }
  const zone = text.indexOf("%");
  return parseIpv6(zone < 0 ? text : text.slice(0, zone));
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. */
export function parseIpRange(text: string): IpRange | undefined {
  const [address = "", length, ...more] = text.split("/");
  const groups = parseIp(address);
  if (groups === undefined || more.length > 0) return undefined;
  if (length === undefined) return { groups, bits: wholeBits };
  const offset = address.includes(":") ? 0 : mappedBits;
  const bits = /^\d{1,3}$/.test(length) ? Number(length) + offset : Infinity;
  return bits > wholeBits ? undefined : { groups, bits };
}

export function isInRange(address: IpAddress, { groups, bits }: IpRange): boolean {
  for (let index = 0, left = bits; left > 0; index += 1, left -= 16) {
    const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff;
    if ((((address[index] ?? 0) ^ (groups[index] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

const mapped: IpRange = { groups: [0, 0, 0, 0, 0, 0xffff, 0, 0], bits: mappedBits };

/** Whether it is an IPv4 address, mapped or not. */
export function isIpv4(address: IpAddress): boolean {
  return isInRange(address, mapped);
}

const loopback = (rangeNames["loopback"] ?? []).flatMap((text) => parseIpRange(text) ?? []);

/** Whether the text is an address of this machine's own. */
export function isLoopback(text: string): boolean {
  const address = parseIp(text);
  return address !== undefined && loopback.some((range) => isInRange(address, range));
}

/** The same address in one spelling: IPv4 never mapped, IPv6 in lower case without its zone. */
export function toPlainIp(text: string): string | undefined {
  const address = parseIp(text);
  if (address === undefined) return undefined;
  if (isIpv4(address)) {
    const [high = 0, low = 0] = address.slice(6);
    return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  return text.replace(/%.*$/, "").toLowerCase();
}

/** The two groups of `a.b.c.d`; a leading zero is refused, because some read it as octal. */
function parseIpv4(text: string): [number, number] | undefined {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (octets === undefined || octets.some((octet) => Number(octet) > 255 || /^0\d/.test(octet))) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = octets.map(Number);
  return [a * 256 + b, c * 256 + d];
}

/** Source: RFC 4291, 2.2. */
function parseIpv6(text: string): IpAddress | undefined {
  const [before = "", after, ...more] = text.split("::");
  const left = parseGroups(before, after === undefined);
  const right = after === undefined ? [] : parseGroups(after, true);
  if (left === undefined || right === undefined || more.length > 0) return undefined;
  const missing = 8 - left.length - right.length;
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...left, ...Array<number>(missing).fill(0), ...right];
}

/** Groups between colons; the last one may be an IPv4 address when they are the end. */
function parseGroups(text: string, end: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (/^[\da-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const pair = end && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (pair === undefined) return undefined;
    groups.push(...pair);
  }
  return groups;
}
