import { runGuest } from "../guest/guest.ts";
import type { GuestOrders } from "../wire.ts";
import type { StartGuest } from "./guest.ts";

/** Runs a handler in this thread. It cannot be ended: only what is asked of it is. */
export function startInline(orders: GuestOrders): StartGuest {
  return (events) => {
    let open = true;
    const guest = runGuest(orders, {
      post(message) {
        if (open) events.message(message);
      },
      idle() {},
      within: (_id, task) => task(),
    });
    return {
      post: (message) => guest.take(message),
      answersPings: false,
      enforceMemory() {},
      kill(reason) {
        if (!open) return;
        open = false;
        events.ended(reason);
      },
    };
  };
}
