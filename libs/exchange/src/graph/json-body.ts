/** Bytes that stand in a JSON body as base64 text; they are asked for only when the body is made. */
export class Base64Text {
  readonly encodedLength: number;
  readonly #read: () => Buffer;

  constructor(decodedBytes: number, read: () => Buffer) {
    this.encodedLength = Math.ceil(decodedBytes / 3) * 4;
    this.#read = read;
  }

  read(): Buffer {
    return this.#read();
  }
}

export type JsonNode = string | number | boolean | null | Base64Text | readonly JsonNode[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonNode | undefined;
}

/** Bytes that `encodeJson` makes of a node. */
export function measureJson(node: JsonNode): number {
  let sizeBytes = 0;
  visit(node, (piece) => {
    sizeBytes += piece instanceof Base64Text ? piece.encodedLength : Buffer.byteLength(piece);
  });
  return sizeBytes;
}

/**
 * A JSON body as bytes. Base64 is copied as it is: JSON.stringify would look at each of its megabytes for
 * characters to escape.
 */
export function encodeJson(node: JsonNode): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  let text = '';
  visit(node, (piece) => {
    if (typeof piece === 'string') text += piece;
    else {
      parts.push(Buffer.from(text), piece.read());
      text = '';
    }
  });
  parts.push(Buffer.from(text));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function visit(node: JsonNode, give: (piece: string | Base64Text) => void): void {
  if (node instanceof Base64Text) {
    give('"');
    give(node);
    give('"');
  } else if (node === null || typeof node !== 'object') give(JSON.stringify(node));
  else if (isList(node)) {
    give('[');
    node.forEach((each, index) => {
      if (index > 0) give(',');
      visit(each, give);
    });
    give(']');
  } else visitObject(node, give);
}

function visitObject(node: JsonObject, give: (piece: string | Base64Text) => void): void {
  let separator = '{';
  for (const [name, value] of Object.entries(node)) {
    if (value === undefined) continue;
    give(`${separator}${JSON.stringify(name)}:`);
    visit(value, give);
    separator = ',';
  }
  give(separator === '{' ? '{}' : '}');
}

const isList = (node: readonly JsonNode[] | JsonObject): node is readonly JsonNode[] => Array.isArray(node);
