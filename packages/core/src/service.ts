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
