/**
 * What was found about the object asked about last. Gates judge one plan after the other, so one entry serves them all; a map that
 * lives long, with a dead plan in each entry, costs the garbage collector more than the finding.
 * @module
 */
export class LastSeen<Key extends object, Value> {
  #key: Key | undefined;
  #value: Value | undefined;

  get(key: Key): Value | undefined {
    return key === this.#key ? this.#value : undefined;
  }

  set(key: Key, value: Value): void {
    this.#key = key;
    this.#value = value;
  }
}
