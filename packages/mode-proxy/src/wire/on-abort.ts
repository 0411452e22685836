/** Has `told` called with the reason once a signal is aborted, at once when it is; the returned function ends that. */
export function onAbort(signal: AbortSignal, told: (reason: unknown) => void): () => void {
  const tell = (): void => told(signal.reason);
  if (signal.aborted) tell();
  else signal.addEventListener("abort", tell, { once: true });
  return () => signal.removeEventListener("abort", tell);
}
