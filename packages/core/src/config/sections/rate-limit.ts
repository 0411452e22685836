import {
  array,
  boolean,
  check,
  int,
  literal,
  maximum,
  minimum,
  optional,
  regex,
  strictObject,
  string,
  union,
} from "zod/mini";
import { parseIpRange, rangeNames } from "../../ip-address.ts";
import { describe } from "./describe.ts";

const headerName = string().check(regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "must be the name of a header"));

/** `rate_limit:` of the root and of endpoints. */
export const rateLimit = union([
  literal(false),
  strictObject({
    requests_per_minute: describe(
      int().check(minimum(1), maximum(60_000_000)),
      "Requests that a client may send in a minute, evenly spread.",
    ),
    burst: describe(
      optional(int().check(minimum(1), maximum(1_000_000))),
      "Requests it may send at once after a pause; `requests_per_minute` when absent.",
    ),
    by: describe(
      optional(
        union([
          literal("ip"),
          literal("all"),
          strictObject({ header: describe(headerName, "Header whose value makes a client.") }),
        ]),
      ),
      "What makes a client: its address (`ip`, IPv6 by the first 64 bits), the value of a header (`{ header: x-api-key }`), or nothing: `all` share one limit.",
    ),
  }),
]);

const proxy = string().check(
  check<string>(({ value, issues }) => {
    if (Object.hasOwn(rangeNames, value) || parseIpRange(value) !== undefined) return;
    issues.push({
      code: "custom",
      message: `must be an address, a range such as 10.0.0.0/8, or ${Object.keys(rangeNames).join(", ")}`,
      input: value,
    });
  }),
);

/** `server.trust_proxy:` */
export const trustProxy = union([boolean(), int().check(minimum(1), maximum(32)), array(proxy)]);
