/**
 * What the terminal can do, and words in colour. Colour only where a person looks and `NO_COLOR` is not set.
 * @module
 */
import { styleText } from "node:util";

export interface Terminal {
  /** A person's terminal, with a cursor to move. */
  readonly live: boolean;
  readonly columns: number;
  line(text: string): void;
  /** Replaces the last status line; nothing without a terminal. */
  status(text: string): void;
  paint(style: Style, text: string): string;
}

export type Style = "good" | "bad" | "warn" | "dim" | "bold";

const styles = { good: "green", bad: "red", warn: "yellow", dim: "dim", bold: "bold" } as const;

export function openTerminal(stream: NodeJS.WriteStream, options: { readonly quiet?: boolean } = {}): Terminal {
  const live = stream.isTTY === true && process.env["TERM"] !== "dumb";
  const coloured = live && (process.env["NO_COLOR"] ?? "") === "";
  let statusShown = false;
  const clear = (): void => {
    if (statusShown) stream.write("\r\u001B[2K");
    statusShown = false;
  };
  return {
    live,
    get columns() {
      return stream.columns > 0 ? stream.columns : 120;
    },
    line(text) {
      if (options.quiet === true) return;
      clear();
      stream.write(`${text}\n`);
    },
    status(text) {
      if (!live || options.quiet === true) return;
      clear();
      if (text !== "") {
        stream.write(text);
        statusShown = true;
      }
    },
    paint: (style, text) => (coloured ? styleText(styles[style], text, { validateStream: false }) : text),
  };
}

/** At most `width` characters, cut with an ellipsis. */
export function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
