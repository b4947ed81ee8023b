import { Resolver } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

export interface MailExchanger {
  exchange: string;
  priority: number;
}

const lookUpMs = 5_000;
/** Names of mail exchangers of Exchange Online: the usual ones, and those of domains with DNSSEC. */
const exchangeOnline = [
  /\.mail\.protection\.outlook\.(com|cn|de)$/i,
  /\.mail\.protection\.office365\.us$/i,
  /\.mx\.microsoft$/i,
];

/** Looks up the MX records of a domain. */
@Injectable()
export class MailExchangers {
  /** In the order of preference; empty when the domain has none. @throws Error when the name cannot be resolved */
  async find(domain: string): Promise<MailExchanger[]> {
    const resolver = new Resolver({ timeout: lookUpMs, tries: 1 });
    try {
      const found = await resolver.resolveMx(domain);
      return found.sort((a, b) => a.priority - b.priority);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENODATA') return [];
      throw error;
    }
  }
}

/** The name that Microsoft gives the mail exchanger of a domain in most tenants. */
export function expectedExchangerOf(domain: string): string {
  return `${domain.toLowerCase().replaceAll('.', '-')}.mail.protection.outlook.com`;
}

/** Whether all mail for the domain goes to Exchange Online: every record names one of its servers. */
export function pointsToExchangeOnline(exchangers: readonly MailExchanger[]): boolean {
  const names = exchangers.map(({ exchange }) => exchange.replace(/\.$/, ''));
  return names.length > 0 && names.every((name) => exchangeOnline.some((pattern) => pattern.test(name)));
}
