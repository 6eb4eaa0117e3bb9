/**
 * A language model of random weights as a GGUF file (version 3), for a runtime that loads models: llama architecture, one layer, and a
 * vocabulary of bytes, printable ASCII and the words that somebody gives. It knows nothing, so it says anything that a grammar lets it.
 * Format: docs/gguf.md of ggml.
 * @module
 */
import { Random } from "../../../core/random.ts";

const types = { u32: 4, f32: 6, text: 8, list: 9, i32: 5 } as const;
const alignment = 32;
const width = 64;
const hidden = 64;
const heads = 2;

/** Appends little-endian values. */
class Bytes {
  readonly #parts: Buffer[] = [];
  length = 0;

  add(part: Buffer): this {
    this.#parts.push(part);
    this.length += part.length;
    return this;
  }

  u32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeUInt32LE(value);
    return this.add(part);
  }

  u64(value: number): this {
    const part = Buffer.alloc(8);
    part.writeBigUInt64LE(BigInt(value));
    return this.add(part);
  }

  text(value: string): this {
    const part = Buffer.from(value);
    return this.u64(part.length).add(part);
  }

  pad(): this {
    return this.add(Buffer.alloc((alignment - (this.length % alignment)) % alignment));
  }

  whole(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** 0.2 MB; the same bytes for the same seed and words. */
export function randomGguf(seed: string, words: readonly string[]): Buffer {
  const random = new Random(seed);
  // Token types: 1 normal, 2 unknown, 3 control, 6 byte.
  const vocabulary: (readonly [text: string, type: number])[] = [
    ["<unk>", 2],
    ["<s>", 3],
    ["</s>", 3],
    ...Array.from({ length: 256 }, (_, i) => [`<0x${i.toString(16).toUpperCase().padStart(2, "0")}>`, 6] as const),
    ["\u2581", 1],
    ...Array.from({ length: 94 }, (_, i) => [String.fromCharCode(33 + i), 1] as const),
    ...[...new Set(words)].filter((word) => word.length > 1).map((word) => [word.replaceAll(" ", "\u2581"), 1] as const),
  ];
  const tensors: (readonly [name: string, shape: readonly number[]])[] = [
    ["token_embd.weight", [width, vocabulary.length]],
    ["output_norm.weight", [width]],
    ["output.weight", [width, vocabulary.length]],
    ["blk.0.attn_norm.weight", [width]],
    ["blk.0.ffn_norm.weight", [width]],
    ...["q", "k", "v", "output"].map((part) => [`blk.0.attn_${part}.weight`, [width, width]] as const),
    ["blk.0.ffn_gate.weight", [width, hidden]],
    ["blk.0.ffn_up.weight", [width, hidden]],
    ["blk.0.ffn_down.weight", [hidden, width]],
  ];
  const header = new Bytes();
  const facts = factsOf(vocabulary);
  header.add(Buffer.from("GGUF")).u32(3).u64(tensors.length).u64(facts.length);
  for (const write of facts) write(header);
  let offset = 0;
  const data = new Bytes();
  for (const [name, shape] of tensors) {
    header.text(name).u32(shape.length);
    for (const size of shape) header.u64(size);
    header.u32(0).u64(offset);
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => {
      if (shape.length === 1) return 1;
      // One channel says "go on with a whole word": fewer tokens for the same calls.
      if (i % width === 0 && name === "token_embd.weight") return 1;
      if (i % width === 0 && name === "output.weight") return isWord(vocabulary[i / width]!) ? 0.8 : 0;
      // Little preference among words, so that every tool is called.
      return name === "output.weight" ? random.uniform(-0.1, 0.1) : random.uniform(-0.3, 0.3);
    });
    data.add(Buffer.from(values.buffer)).pad();
    offset = data.length;
  }
  return header.pad().add(data.whole()).whole();
}

function isWord([text, type]: readonly [text: string, type: number]): boolean {
  return type === 1 && text.length > 1;
}

function factsOf(vocabulary: readonly (readonly [text: string, type: number])[]): readonly ((bytes: Bytes) => void)[] {
  const text = (key: string, value: string) => (bytes: Bytes) => void bytes.text(key).u32(types.text).text(value);
  const whole = (key: string, value: number) => (bytes: Bytes) => void bytes.text(key).u32(types.u32).u32(value);
  const real = (value: number): Buffer => Buffer.from(Float32Array.of(value).buffer);
  const list = (key: string, type: number, write: (bytes: Bytes, at: number) => void) => (bytes: Bytes) => {
    bytes.text(key).u32(types.list).u32(type).u64(vocabulary.length);
    for (const at of vocabulary.keys()) write(bytes, at);
  };
  return [
    text("general.architecture", "llama"),
    text("general.name", "random"),
    whole("general.alignment", alignment),
    whole("llama.context_length", 1024),
    whole("llama.embedding_length", width),
    whole("llama.block_count", 1),
    whole("llama.feed_forward_length", hidden),
    whole("llama.attention.head_count", heads),
    whole("llama.rope.dimension_count", width / heads),
    (bytes) => void bytes.text("llama.attention.layer_norm_rms_epsilon").u32(types.f32).add(real(1e-5)),
    text("tokenizer.ggml.model", "llama"),
    list("tokenizer.ggml.tokens", types.text, (bytes, at) => bytes.text(vocabulary[at]![0])),
    list("tokenizer.ggml.scores", types.f32, (bytes, at) => bytes.add(real(-at))),
    list("tokenizer.ggml.token_type", types.i32, (bytes, at) => bytes.u32(vocabulary[at]![1])),
    whole("tokenizer.ggml.unknown_token_id", 0),
    whole("tokenizer.ggml.bos_token_id", 1),
    whole("tokenizer.ggml.eos_token_id", 2),
  ];
}
