import { type ContentEnvelope, contentEnvelope } from './content-envelopes.js';

const emptyContent = Buffer.alloc(0);
const lengthBytes = 4;
const maxHeaderBytes = 1024 * 1024;

/** The header of an envelope is not what the contract says; such an envelope is parked, never dropped. */
export class InvalidEnvelopeError extends Error {
  override readonly name = 'InvalidEnvelopeError';
}

/** An envelope of a pass's queue with the content that follows its header (empty for most types). */
export interface FramedEnvelope {
  envelope: ContentEnvelope;
  content: Buffer;
}

/**
 * Frames an envelope for a queue: four bytes of header length (big endian), the header as UTF-8 JSON, then
 * the content as it is. Content is never copied into JSON.
 */
export function encodeFrame(envelope: ContentEnvelope, content: Buffer = emptyContent): Buffer {
  const header = Buffer.from(JSON.stringify(contentEnvelope.parse(envelope)), 'utf8');
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(header.length);
  return Buffer.concat([length, header, content]);
}

/**
 * Reads what encodeFrame wrote; the content is a view of `frame`, not a copy.
 * @throws InvalidEnvelopeError when the frame or its header breaks the contract.
 */
export function decodeFrame(frame: Buffer): FramedEnvelope {
  if (frame.length < lengthBytes) {
    throw new InvalidEnvelopeError(`a frame has at least ${lengthBytes} bytes, this one ${frame.length}`);
  }
  const headerLength = frame.readUInt32BE(0);
  const contentStart = lengthBytes + headerLength;
  if (headerLength > maxHeaderBytes || contentStart > frame.length) {
    throw new InvalidEnvelopeError(`a header of ${headerLength} bytes in a frame of ${frame.length} bytes`);
  }
  const parsed = contentEnvelope.safeParse(parseJson(frame.toString('utf8', lengthBytes, contentStart)));
  if (!parsed.success) {
    throw new InvalidEnvelopeError(`the header is not a known envelope: ${parsed.error.message}`);
  }
  return { envelope: parsed.data, content: frame.subarray(contentStart) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidEnvelopeError('the header is not JSON', { cause: error });
  }
}
