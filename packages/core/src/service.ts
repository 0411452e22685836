import { BackworksError } from "./errors.ts";

/** Names a typed service that one plugin offers and others ask for. */
export interface ServiceKey<T> {
  /** Unique among all plugins: begin it with the name of yours. */
  readonly name: string;
  /** Carries the type only; never there at run time. */
  readonly type?: T;
}

/** A service with what implements it. */
export interface ServiceBinding<T = unknown> {
  /** What others ask for. */
  readonly key: ServiceKey<T>;
  /** What they get. */
  readonly implementation: T;
}

/** Makes the key of a service; two keys of one name are the same service. */
export function defineService<T>(name: string): ServiceKey<T> {
  return { name };
}

/** Binds an implementation to its key, for `contributes.services`. */
export function provideService<T>(key: ServiceKey<T>, implementation: T): ServiceBinding<T> {
  return { key, implementation };
}

/** Nobody offers a service that was asked for. */
export function missingService(
  { name }: ServiceKey<unknown>,
  offered: Iterable<string>,
  advice: string = "",
): BackworksError {
  const names = [...offered].sort().join(", ");
  const hints = [names === "" ? "nobody offers any" : `offered are ${names}`, ...(advice === "" ? [] : [advice])];
  return new BackworksError("BW_SERVICE_MISSING", { service: name }, { hint: hints.join("; ") });
}
