/** Reads the text of an answer. @throws RangeError when it is longer than `maxBytes` */
export async function readLimitedText(response: Response, maxBytes: number): Promise<string> {
  const body: AsyncIterable<unknown> | null = response.body;
  if (body === null) return '';
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    if (!(piece instanceof Uint8Array)) throw new TypeError('the body of an answer is bytes');
    length += piece.byteLength;
    if (length > maxBytes) throw new RangeError(`the answer is longer than ${maxBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
