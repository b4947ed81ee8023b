import type { MailAddress } from '@sterna/mime';
import type { JsonObject } from '../graph/json-body.js';
import type { Repairs } from './message-repair.js';

/** Stands where a message has an address that is none; .invalid never belongs to anyone (RFC 6761 section 6.4). */
export const placeholderAddress = 'unreadable@address.invalid';

/** Exchange keeps 255 characters of a display name, and 320 of an address. */
const maxNameLength = 255;
const maxAddressLength = 320;

const plausible = /^[^\s@"<>()[\],;:\\\p{Cc}]+@[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/iu;
const isAscii = /^[\x21-\x7e]*$/;

/** Graph's recipient of an address; what is no address goes into the name. */
export function recipientOf({ name, address }: MailAddress, repairs: Repairs): JsonObject {
  if (isPlausible(address)) {
    return { emailAddress: { ...(name === '' ? {} : { name: cut(name) }), address } };
  }
  repairs.add('addressReplaced');
  return textRecipient({ name, address });
}

/** A recipient whose address is part of its name. */
export function textRecipient({ name, address }: MailAddress): JsonObject {
  const text = [name, address === '' || name === '' ? address : `<${address}>`].filter((each) => each !== '');
  return { emailAddress: { name: cut(text.join(' ')), address: placeholderAddress } };
}

function isPlausible(address: string): boolean {
  return address.length <= maxAddressLength && isAscii.test(address) && plausible.test(address);
}

function cut(name: string): string {
  return name.slice(0, maxNameLength).replace(/[\ud800-\udbff]$/, '');
}
