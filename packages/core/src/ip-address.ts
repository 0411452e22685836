/** The eight groups of an IPv6 address, 16 bits each. IPv4 is mapped: `::ffff:a.b.c.d` (RFC 4291, 2.5.5.2). */
export type IpAddress = readonly number[];

/** The addresses that begin with the same bits. Made of plain data. */
export interface IpRange {
  /** The address it begins with. */
  readonly groups: IpAddress;
  /** 0 to 128. */
  readonly bits: number;
}

const dot = 46;
const zero = 48;
const nine = 57;
const colon = 58;

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
  const groups = new Uint16Array(8);
  return readIp(text, groups) ? [...groups] : undefined;
}

/**
 * Reads an address into its eight groups, and says whether it is one. Groups of what is none hold anything.
 *
 * By characters and without making anything, because a limited request has it read (bench/src/micro/rate-limit.js). Source: RFC 4291, 2.2.
 */
export function readIp(text: string, groups: Uint16Array): boolean {
  if (!text.includes(":")) return readMapped(text, groups);
  const zone = text.indexOf("%");
  return readIpv6(zone < 0 ? text : text.slice(0, zone), groups);
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

function readMapped(text: string, groups: Uint16Array): boolean {
  groups.fill(0);
  groups[5] = 0xffff;
  return readIpv4(text, 0, { groups, at: 6 });
}

/** Two groups of `a.b.c.d`, which is all from an offset on; a leading zero is refused, because some read it as octal. */
function readIpv4(text: string, from: number, { groups, at }: { groups: Uint16Array; at: number }): boolean {
  let index = from;
  for (let octet = 0; octet < 4; octet += 1) {
    if (octet > 0 && text.charCodeAt(index++) !== dot) return false;
    const value = readOctet(text, index);
    if (value < 0) return false;
    index += value > 99 ? 3 : value > 9 ? 2 : 1;
    const group = at + (octet >> 1);
    groups[group] = octet % 2 === 0 ? value << 8 : (groups[group] ?? 0) | value;
  }
  return index === text.length;
}

/** 0 to 255; -1 when there is no digit, or more than that. Behind a zero nothing is read. */
function readOctet(text: string, from: number): number {
  let value = -1;
  for (let index = from; value !== 0 && value < 256; index += 1) {
    const digit = text.charCodeAt(index) - zero;
    if (!(digit >= 0 && digit <= 9)) break;
    value = Math.max(value, 0) * 10 + digit;
  }
  return value < 256 ? value : -1;
}

// oxlint-disable-next-line complexity -- read by every limited request (bench/src/micro/rate-limit.js)
function readIpv6(text: string, groups: Uint16Array): boolean {
  const { length } = text;
  let count = 0;
  let gap = text.startsWith("::") ? 0 : -1;
  let index = gap < 0 ? 0 : 2;
  while (index < length) {
    const start = index;
    let value = 0;
    for (let digit = hexDigit(text, index); digit >= 0; digit = hexDigit(text, ++index)) value = value * 16 + digit;
    const code = index < length ? text.charCodeAt(index) : colon;
    if (code === dot && count <= 6) {
      if (!readIpv4(text, start, { groups, at: count })) return false;
      count += 2;
      break;
    }
    if (code !== colon || index === start || index - start > 4 || count === 8) return false;
    groups[count] = value;
    count += 1;
    index += 1;
    if (index === length) return false;
    if (text.charCodeAt(index) !== colon) continue;
    if (gap >= 0) return false;
    gap = count;
    index += 1;
  }
  return gap < 0 ? count === 8 : count < 8 && spread(groups, gap, count);
}

/** Puts the groups behind `::` where they belong. */
function spread(groups: Uint16Array, gap: number, count: number): boolean {
  groups.copyWithin(8 - (count - gap), gap, count);
  groups.fill(0, gap, 8 - (count - gap));
  return true;
}

/** -1 for what is no hexadecimal digit. */
function hexDigit(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code >= zero && code <= nine) return code - zero;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
