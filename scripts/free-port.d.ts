/** A port of 127.0.0.1 on which nobody listens, another one each time. Throws when all are taken. */
export function freePort(): Promise<number>;
