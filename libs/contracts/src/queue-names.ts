/** Work for any imap-reader: one envelope is one pass. Belongs to the installation, not to a tenant. */
export const readerPassesQueue = 'reader.passes';

/** Work for any exchange-writer: one envelope opens one pass's queue. */
export const writerPassesQueue = 'writer.passes';

/** Where envelopes go that break their contract; an operator looks at them. */
export const parkedQueue = 'parked';

/** The bounded queue that holds the content of one pass; its name carries the tenant. */
export function passQueueName(tenantId: string, passId: string): string {
  return `tenant.${tenantId}.pass.${passId}`;
}
