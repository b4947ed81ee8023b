import { GraphError } from './graph-error.js';
import { Mailbox, type MailboxProvision } from './mailbox.js';

/** The users of the emulated tenant, found by address in any letter case or by id. */
export class Directory {
  private readonly byAddress = new Map<string, Mailbox>();
  private readonly byUserId = new Map<string, Mailbox>();

  constructor(
    private readonly atStart: readonly MailboxProvision[],
    private readonly autoProvisionDomains: readonly string[],
  ) {
    this.reset();
  }

  /** Adds a mailbox; null when the address is taken. */
  provision(provision: MailboxProvision): Mailbox | null {
    const key = provision.address.toLowerCase();
    if (this.byAddress.has(key)) return null;
    const mailbox = new Mailbox(provision);
    this.byAddress.set(key, mailbox);
    this.byUserId.set(mailbox.userId, mailbox);
    return mailbox;
  }

  remove(address: string): boolean {
    const mailbox = this.byAddress.get(address.toLowerCase());
    if (mailbox === undefined) return false;
    this.byUserId.delete(mailbox.userId);
    return this.byAddress.delete(address.toLowerCase());
  }

  /** The user, made on the spot when the domain is provisioned automatically. */
  find(addressOrId: string): Mailbox | null {
    const found =
      this.byAddress.get(addressOrId.toLowerCase()) ?? this.byUserId.get(addressOrId.toLowerCase());
    if (found !== undefined) return found;
    const domain = addressOrId.split('@')[1]?.toLowerCase();
    if (domain === undefined || !this.autoProvisionDomains.includes(domain)) return null;
    return this.provision({ address: addressOrId });
  }

  /** The mailbox of a user. @throws GraphError 404 ErrorInvalidUser, MailboxNotEnabledForRESTAPI, 403 ErrorAccessDenied */
  mailbox(addressOrId: string): Mailbox {
    const found = this.find(addressOrId);
    if (found === null)
      throw new GraphError(404, 'ErrorInvalidUser', `The requested user '${addressOrId}' is invalid.`);
    if (found.isDenied)
      throw new GraphError(
        403,
        'ErrorAccessDenied',
        'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.',
      );
    if (found.hasMailbox) return found;
    throw new GraphError(
      404,
      'MailboxNotEnabledForRESTAPI',
      'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
    );
  }

  all(): Mailbox[] {
    return [...this.byAddress.values()];
  }

  /** Back to the mailboxes of the start, empty. */
  reset(): void {
    this.byAddress.clear();
    this.byUserId.clear();
    for (const provision of this.atStart) this.provision(provision);
  }
}
