/** Writes line after line, as fast as the client reads. */
export default function lines(request, { signal }) {
  const count = Number(request.query.count ?? 3);
  return { headers: { "content-type": "text/plain; charset=utf-8" }, body: write(count, signal) };
}

function* write(count, signal) {
  for (let line = 1; line <= count && !signal.aborted; line += 1) yield `line ${line}\n`;
}
