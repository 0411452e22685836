import { toMs } from "@backworks/option-values";
import type { Channel } from "../dispatcher.ts";
import { lineOf, titleOf } from "../notification.ts";
import type { OptionsOf } from "./options.ts";

/** The part of nodemailer that is used. */
interface Mailer {
  createTransport(options: object): { sendMail(mail: object): Promise<unknown>; close(): void };
}

/** Sends mails over SMTP. @throws when nodemailer is not installed */
export async function createEmail(name: string, options: OptionsOf<"email">): Promise<Channel> {
  const mailer = await loadMailer();
  const { host, port, secure, user, password, from, to } = options;
  const timeoutMs = toMs(options.timeout);
  const times = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
  const auth = user === undefined ? {} : { auth: { user, pass: password ?? "" } };
  return {
    name,
    sendsResolved: options.send_resolved,
    async send(notification) {
      const transport = mailer.createTransport({ host, port, secure, ...auth, ...times });
      const text = `${notification.alerts.map(lineOf).join("\n")}\n`;
      try {
        await transport.sendMail({ from, to, subject: titleOf(notification), text });
      } finally {
        transport.close();
      }
    },
  };
}

/** Not looked up when this is compiled: it need not be there. */
const mailerName: string = "nodemailer";

async function loadMailer(): Promise<Mailer> {
  try {
    // Without types of its own; only what is named above is used.
    const module = (await import(mailerName)) as Mailer & { readonly default?: Mailer };
    return module.default ?? module;
  } catch (cause) {
    throw new Error("a channel of type email needs the package nodemailer: npm install nodemailer", { cause });
  }
}
