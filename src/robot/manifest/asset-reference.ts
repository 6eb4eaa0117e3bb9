/**
 * Where a manifest's files come from: `scheme:name`. Only these schemes exist; a manifest cannot make anybody fetch a URL, and
 * `file:` cannot leave the manifest's folder.
 * @module
 */
export type AssetScheme = "rd" | "file" | "gym_aloha" | "openarm" | "menagerie" | "ros2";

export interface AssetReference {
  readonly scheme: AssetScheme;
  /** A Python module (`rd:`), a path relative to the manifest (`file:`), a model's name, or `robot_description` (`ros2:`). */
  readonly name: string;
}

const grammar: readonly (readonly [AssetScheme, RegExp])[] = [
  ["rd", /^rd:(\w+)$/],
  ["file", /^file:([^\\:\0]+)$/],
  ["gym_aloha", /^gym_aloha:([\w-]+)$/],
  ["openarm", /^openarm:([\w-]+)$/],
  ["menagerie", /^menagerie:([\w-]+)$/],
  ["ros2", /^ros2:\/\/(robot_description)$/],
];

/** What is wrong with the reference, or what it names. */
export function readAssetReference(text: string): AssetReference | string {
  for (const [scheme, pattern] of grammar) {
    const name = pattern.exec(text)?.[1];
    if (name === undefined) continue;
    if (scheme === "file" && (name.startsWith("/") || name.split("/").includes("..")))
      return `'${text}' leaves the manifest's folder; put the file beside the manifest`;
    return { scheme, name };
  }
  return `'${text}' is no asset reference; write file:PATH, rd:MODULE, menagerie:NAME, gym_aloha:NAME, openarm:NAME or ros2://robot_description`;
}
