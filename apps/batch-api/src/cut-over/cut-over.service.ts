import { Inject, Injectable } from '@nestjs/common';
import { type Batch, StateStore } from '@sterna/state';
import type { RequestAccess } from '../access/access.js';
import { BatchLifecycleService } from '../batches/batch-lifecycle.service.js';
import { BatchService } from '../batches/batch.service.js';
import { cutOverSteps } from './cut-over-steps.js';
import type { CutOver, CutOverRequest } from './cut-over.schema.js';
import { expectedExchangerOf, MailExchangers, pointsToExchangeOnline } from './mail-exchangers.js';

const hourMs = 3_600_000;

/** The way from the old server to Exchange Online when the mail is there: MX records, grace, last synchronisation. */
@Injectable()
export class CutOverService {
  private readonly store: StateStore;
  private readonly batches: BatchService;
  private readonly lifecycle: BatchLifecycleService;
  private readonly exchangers: MailExchangers;

  constructor(
    @Inject(StateStore) store: StateStore,
    @Inject(BatchService) batches: BatchService,
    @Inject(BatchLifecycleService) lifecycle: BatchLifecycleService,
    @Inject(MailExchangers) exchangers: MailExchangers,
  ) {
    this.store = store;
    this.batches = batches;
    this.lifecycle = lifecycle;
    this.exchangers = exchangers;
  }

  /** Looks at the MX records, notes when they were first seen switched, and plans the completion if asked to. */
  async look(access: RequestAccess, found: Batch, request: CutOverRequest): Promise<CutOver> {
    const now = new Date();
    const domains = await this.domainsOf(found);
    const isSwitched = domains.length > 0 && domains.every((domain) => domain.isSwitched);
    const mxSwitchedAt = isSwitched ? (found.mxSwitchedAt ?? now) : null;
    let batch = (await this.store.batches.noteMxSwitch(found.tenantId, found.batchId, mxSwitchedAt)) ?? found;
    const graceEndsAt =
      mxSwitchedAt === null ? null : new Date(mxSwitchedAt.getTime() + request.graceHours * hourMs);
    if (request.complete && graceEndsAt !== null) {
      const completion = { at: graceEndsAt.toISOString(), syncAndComplete: false };
      batch = await this.lifecycle.complete(access, batch, completion);
    }
    const view = await this.batches.view(batch);
    return {
      batch: view,
      domains,
      mxSwitchedAt: mxSwitchedAt?.toISOString() ?? null,
      graceEndsAt: graceEndsAt?.toISOString() ?? null,
      steps: cutOverSteps({ batch: view, domains, mxSwitchedAt, graceEndsAt, now }),
    };
  }

  private async domainsOf(batch: Batch): Promise<CutOver['domains']> {
    const counts = new Map<string, number>();
    for await (const users of this.store.users.pagesOf(batch)) {
      for (const { emailAddress } of users) {
        const domain = emailAddress.slice(emailAddress.lastIndexOf('@') + 1);
        counts.set(domain, (counts.get(domain) ?? 0) + 1);
      }
    }
    const domains = [...counts].map(([domain, mailboxes]) => this.lookUp(domain, mailboxes));
    return (await Promise.all(domains)).sort((a, b) => a.domain.localeCompare(b.domain));
  }

  private async lookUp(domain: string, mailboxes: number): Promise<CutOver['domains'][number]> {
    const facts = { domain, mailboxes, expected: expectedExchangerOf(domain) };
    try {
      const mailExchangers = await this.exchangers.find(domain);
      const isSwitched = pointsToExchangeOnline(mailExchangers);
      return { ...facts, mailExchangers, isSwitched, error: null };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ...facts, mailExchangers: [], isSwitched: false, error: message };
    }
  }
}
