import { domainToASCII } from 'node:url';
import parseAddresses from 'nodemailer/lib/addressparser';
import type { MailAddress, RepairNotes } from './converted-message.js';
import { decodeLine, decodeWords } from './header-words.js';

const beyondAscii = /[^\u0000-\u007f]/;

/** Domains in the form that every mail system takes (RFC 5890: A-labels); the local part as it is (RFC 6532). */
function asciiDomain(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (at < 0 || !beyondAscii.test(domain)) return address;
  const ascii = domainToASCII(domain);
  return ascii === '' ? address : address.slice(0, at + 1) + ascii;
}

/**
 * An encoded word has no place in an address (RFC 2047 section 5). Where one stands there nonetheless, it counts only
 * if it decodes to one plain address, so that nobody can hide a second one in it.
 */
function readAddress(raw: string, repairs: RepairNotes): string {
  const decoded = raw.includes('=?') ? decodeWords(raw, repairs) : raw;
  const address = decodeLine(decoded, repairs);
  if (decoded !== raw && !/^[^\s@]+@[^\s@]+$/.test(address)) return '';
  return asciiDomain(address);
}

/**
 * Reads address fields (RFC 5322 section 3.4): the members of groups in their order, without the group's name.
 * Entries without any address and name are left out; a name without an address stays, with an empty address.
 */
export function readAddresses(values: readonly string[], repairs: RepairNotes): MailAddress[] {
  const addresses: MailAddress[] = [];
  for (const value of values) {
    for (const entry of parseAddresses(value, { flatten: true })) {
      const name = decodeLine(entry.name, repairs);
      const address = readAddress(entry.address, repairs);
      if (name === '' && address === '') continue;
      if (address === '') repairs.add('addressUnreadable');
      addresses.push({ name, address });
    }
  }
  return addresses;
}
