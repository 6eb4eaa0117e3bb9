// Two skills of a delivery robot, as plain objects. Neither can move it: each happens after the gates cleared it, within its time, and
// is told by `signal` when to give up. Here the devices are a dispenser with a stock and a pager that keeps its messages.

/** Pills in the dispenser, by drug. */
const stock = { aspirin: 20, ibuprofen: 10 };

export function primitives() {
  return [
    {
      name: "dispense_pill",
      description: "Dispense pills from the tray.",
      argSchema: { count: "int (0..50) — how many", drug: "str — its name" },
      timeoutMs: 10_000,
      call({ signal }, { count, drug }) {
        signal.throwIfAborted();
        const left = Object.hasOwn(stock, drug) ? stock[drug] : 0;
        if (count > left) return { status: "error", observation: { drug, left }, message: `${left} of ${drug} left, ${count} asked for` };
        stock[drug] = left - count;
        return { status: "ok", observation: { drug, dispensed: count, left: left - count }, message: `${count} of ${drug} dispensed` };
      },
    },
    {
      name: "alert_nurse",
      description: "Send a message to the nurses' station.",
      argSchema: { message: "str", room: "str (optional, default '')" },
      timeoutMs: 10_000,
      // A real robot would ask its pager here: await fetch(url, { method: "POST", body, signal }).
      call: (_context, { message, room }) => ({ status: "ok", observation: { message, room }, message: `nurses alerted: ${message}` }),
    },
  ];
}
