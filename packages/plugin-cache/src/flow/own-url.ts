import { HeaderList } from "@backworks/core";
import type { BackworksRequest, ResponseInit } from "@backworks/core";
import { hostOf } from "./look.ts";

/** The URL that was asked; of no host in particular when the client named none that is one. */
export function ownUrl({ headers, url }: BackworksRequest): URL {
  const whole = `http://${hostOf(headers["host"])}${url}`;
  return URL.canParse(whole) ? new URL(whole) : new URL(url, "http://localhost");
}

/** The URL that a field of an answer names; `undefined` when there is none. */
export function urlIn(response: ResponseInit, name: string, own: URL): URL | undefined {
  const text = HeaderList.from(response.headers).get(name);
  return text === undefined || !URL.canParse(text, own.href) ? undefined : new URL(text, own.href);
}
