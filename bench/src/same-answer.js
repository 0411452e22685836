// Contestants are only comparable when they write the same answer.
import { request as ask } from "node:http";

/** Throws when a contestant's answer has another status, body or set of headers than the first one's. */
export async function requireSameAnswers(running) {
  const [first, ...others] = await Promise.all(
    running.map(async (each) => ({ label: each.label, ...(await answerOf(each)) })),
  );
  for (const other of others) {
    for (const part of ["status", "headers", "body"]) {
      if (other[part] !== first[part]) {
        throw new Error(`${other.label} answers ${part} ${other[part]}, but ${first.label} ${first[part]}`);
      }
    }
  }
}

function answerOf({ server, request: { method, path, body } }) {
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const sent = ask(server.url + path, { method, headers, agent: false }, async (response) => {
      const chunks = await response.toArray();
      const names = Object.keys(response.headers).toSorted().join(" ");
      resolve({ status: response.statusCode, headers: names, body: Buffer.concat(chunks).toString() });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
