import { FingerprintSet, isView, type SpecialUse } from '@sterna/domain';
import type { StateStore } from '@sterna/state';
import { knownUids } from './folder-plan.js';
import { uidValiditiesOf } from './saved-folders.js';

/**
 * The messages of a mailbox that some folder has brought over, for sources that show one message in several folders.
 * With labels (Gmail) every folder is looked at in this way: the first to be read that has a message brings it over,
 * the others only name it. Elsewhere just the views are: what they alone have is brought over, too.
 */
export class SeenMessages {
  private constructor(
    private readonly arrived: FingerprintSet,
    private readonly isByLabels: boolean,
  ) {}

  /** @returns null where the source has neither labels nor views, so that nothing has to be kept in mind */
  static async load(
    store: StateStore,
    pairId: string,
    source: { isByLabels: boolean; uses: readonly (SpecialUse | null)[] },
  ): Promise<SeenMessages | null> {
    if (!source.isByLabels && !source.uses.some(isView)) return null;
    const arrived = new FingerprintSet();
    for (const folder of await store.folders.list(pairId)) {
      for (const uidValidity of uidValiditiesOf(folder)) {
        const ledger = await store.ledger.readFolder(pairId, folder.folderId, uidValidity);
        for (const { state, fingerprint } of knownUids(ledger)) {
          if (state === 'migrated') arrived.add(fingerprint);
        }
      }
    }
    return new SeenMessages(arrived, source.isByLabels);
  }

  /** Whether another folder has brought this message over, or will have before this is recorded. */
  has(fingerprint: Buffer, use: SpecialUse | null): boolean {
    return (this.isByLabels || isView(use)) && this.arrived.has(fingerprint);
  }

  /** A message is on its way to the target. */
  add(fingerprint: Buffer): void {
    this.arrived.add(fingerprint);
  }
}
