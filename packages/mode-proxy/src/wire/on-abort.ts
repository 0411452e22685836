import { BackworksError, isBackworksError } from "@backworks/core";

/** Has `told` called with the reason once a signal is aborted, at once when it is; the returned function ends that. */
export function onAbort(signal: AbortSignal, told: (reason: unknown) => void): () => void {
  const tell = (): void => told(signal.reason);
  if (signal.aborted) tell();
  else signal.addEventListener("abort", tell, { once: true });
  return () => signal.removeEventListener("abort", tell);
}

/** Why a signal was aborted; that of a request gives no reason of its own when the client went away. */
export function reasonOf({ reason }: AbortSignal): BackworksError {
  return isBackworksError(reason) ? reason : new BackworksError("BW_REQUEST_ABORTED", {}, { cause: reason });
}
