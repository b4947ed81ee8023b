import { z } from 'zod';

/** A fault that a test switches on: what it matches, how often, and what it does. */
export const faultSchema = z.strictObject({
  method: z.string().optional(),
  /** Regular expression on the path with its query; inner requests of a $batch are matched too. */
  path: z.string().default('.*'),
  /** Matching requests to let pass first. */
  skip: z.int().min(0).default(0),
  /** How many matching requests it strikes. */
  times: z.int().min(1).default(1),
  delayMs: z.int().min(0).default(0),
  /** Answered in place of the real answer, nothing being done. */
  status: z.int().min(400).max(599).optional(),
  code: z.string().default('ErrorInternalServerError'),
  message: z.string().default('A fault that was switched on.'),
  retryAfterSeconds: z.number().min(0).optional(),
  /** Closes the connection without an answer, before or after the work was done. */
  drop: z.enum(['before', 'after']).optional(),
});

export type Fault = z.infer<typeof faultSchema>;

/** The faults that are on, in the order in which they were added. */
export class FaultList {
  private faults: { fault: Fault; pattern: RegExp; seen: number; struck: number }[] = [];

  add(fault: Fault): void {
    this.faults.push({ fault, pattern: new RegExp(fault.path), seen: 0, struck: 0 });
  }

  clear(): void {
    this.faults = [];
  }

  list(): (Fault & { struck: number })[] {
    return this.faults.map(({ fault, struck }) => ({ ...fault, struck }));
  }

  /** The first fault that strikes this request, and counts it. */
  take(method: string, url: string): Fault | null {
    for (const entry of this.faults) {
      const { fault } = entry;
      if (fault.method !== undefined && fault.method.toUpperCase() !== method) continue;
      if (entry.struck >= fault.times || !entry.pattern.test(url)) continue;
      entry.seen += 1;
      if (entry.seen <= fault.skip) continue;
      entry.struck += 1;
      return fault;
    }
    return null;
  }
}
