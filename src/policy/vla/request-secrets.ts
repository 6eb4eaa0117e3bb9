/** What a request carries that nobody else may read, and that a server may repeat in an error. */
export interface RequestSecrets {
  readonly apiKey?: string;
  /** Sent with every request, beside the key's; the client's own names win. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Shorter ones are no secret, and would be cut out of every message. */
const shortest = 6;

/** Text without them. */
export function withoutSecrets({ apiKey = "", headers = {} }: RequestSecrets): (text: string) => string {
  const secrets = [apiKey, ...Object.values(headers)].filter(({ length }) => length >= shortest);
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, "[secret]"), text);
}

/** An address without user, password and query, which may be secrets. */
export function printableAddress(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}
